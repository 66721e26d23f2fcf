#include "master/deletions.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace smol::master {

TEST_CASE("a pending deletion names volume, blob and generation, and is read back")
{
    const doomed_blob blob{"vol-a", 0xabc};
    const auto entry = deletion_entry(blob, "k");
    CHECK(entry == "vol-a/8ce4b16b22b58894aa86c421e8759df3.0000000000000abc");
    CHECK(entry.starts_with(deletions_of("vol-a")));
    CHECK_FALSE(entry.starts_with(deletions_of("vol")));
    CHECK(*parse_deletion_entry(entry) == blob);
}

TEST_CASE("an entry that we would not write is damaged")
{
    const std::string name = "8ce4b16b22b58894aa86c421e8759df3.0000000000000abc";
    for (const auto& entry : {std::string(),
             std::string("vol-a"),
             std::string("vol-a/"),
             "/" + name,
             name,
             "vol-a/x" + name,
             "vol-a/" + name + "0",
             "vol-a/b/" + name})
    {
        CAPTURE(entry);
        CHECK(parse_deletion_entry(entry).error() == errc::format_damaged);
    }
}

}  // namespace smol::master
