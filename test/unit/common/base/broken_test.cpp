#include "common/base/broken.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace smol;

TEST_CASE("a breakage is named exactly")
{
    CHECK(parse_breakage("no_data_flush") == breakage::no_data_flush);
    CHECK(parse_breakage("last_chunk_undigested") == breakage::last_chunk_undigested);
    for (const auto* const name : {"", "no_data", "no_data_flush ", "NO_DATA_FLUSH", "none"})
    {
        CAPTURE(name);
        CHECK_FALSE(parse_breakage(name));
    }
}

#ifdef SMOL_FAILPOINTS
TEST_CASE("nothing is broken but what was chosen")
{
    CHECK_FALSE(is_broken(breakage::no_data_flush));
    break_on_purpose(breakage::no_data_flush);
    CHECK(is_broken(breakage::no_data_flush));
    CHECK_FALSE(is_broken(breakage::unsigned_ticket));
    break_on_purpose(std::nullopt);
    CHECK_FALSE(is_broken(breakage::no_data_flush));
}
#endif

}  // namespace
