#include "common/http/status_of.hpp"
#include "master/relayed_refusal.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace smol::master {

TEST_CASE("a relayed refusal has the request id that the client knows, and is else the volume's")
{
    const auto reason = make_error_code(errc::digest_mismatch);
    const auto said = http::refusal_body(reason, "more", "k", "theirs");
    CHECK(relayed_refusal(said, "ours") == http::refusal_body(reason, "more", "k", "ours"));
}

TEST_CASE("what is not a refusal is passed on as it is")
{
    for (const std::string body : {"", "plain", "{", "[]", "null", "{\"code\":\"x\"}"})
    {
        CAPTURE(body);
        CHECK(relayed_refusal(body, "ours") == body);
    }
}

}  // namespace smol::master
