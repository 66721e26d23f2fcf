#include "master/attendance.hpp"

#include <catch2/catch.hpp>

#include <optional>
#include <string>
#include <vector>

namespace smol::master {

TEST_CASE("a volume may join if it is new or ours, and says who it is")
{
    struct row
    {
        wire::beat first;
        std::optional<errc> reason;
    };
    const auto beat =
        [](const char* name, const char* cluster, const char* url, std::uint16_t port) {
            wire::beat said;
            said.volume = name;
            said.cluster = cluster;
            said.public_url = url;
            said.port = port;
            return said;
        };
    const auto bad = errc::malformed_request;
    const std::vector<row> rows{
        {beat("vol-a", "", "", 1), std::nullopt},
        {beat("vol-a", "c1", "", 1), std::nullopt},
        {beat("vol-a", "c1", "https://x.example/y", 1), std::nullopt},
        {beat("vol-a", "c2", "", 1), errc::foreign_cluster},
        {beat("", "c1", "", 1), bad},
        {beat("a,b", "c1", "", 1), bad},
        {beat("vol-a", "c1", "", 0), bad},
        {beat("vol-a", "c1", "ftp://x", 1), bad},
        {beat("vol-a", "c1", "http://x\r\nA: b", 1), bad},
        {beat("vol-a", "c1", "http://x>", 1), bad},
        {beat("vol-a", "c1", "http://x?y", 1), bad},
    };
    const identity ours{"c1", hmac_key("secret"), 1};
    for (std::size_t i = 0; i < rows.size(); ++i)
    {
        CAPTURE(i);
        const auto may = check_beat(rows[i].first, ours);
        CHECK(may.has_error() == rows[i].reason.has_value());
        if (rows[i].reason && may.has_error())
            CHECK(may.error() == *rows[i].reason);
    }
}

}  // namespace smol::master
