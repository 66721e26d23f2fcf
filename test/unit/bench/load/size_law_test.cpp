#include "bench/load/size_law.hpp"
#include "common/base/bytes.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>

using namespace smol;
using namespace smol::load;

TEST_CASE("a fixed size is the size of every value")
{
    const auto law = size_law::parse("4KiB").value();
    CHECK(law.of(0) == 4 * KiB);
    CHECK(law.of(12'345) == 4 * KiB);
    CHECK(law.largest() == 4 * KiB);
    CHECK(size_law::parse("0").value().of(7) == 0);
}

TEST_CASE("sizes that are no sizes are refused")
{
    const auto text = GENERATE(values<std::string>({"",
        "x",
        "-1",
        "4KiB..",
        "..4KiB",
        "..",
        "8KiB..4KiB",
        "0..4KiB",
        "1KiB...2KiB",
        "1KiB..2KiB..3KiB",
        "zipf",
        "zipf:",
        "zipf:4KiB",
        "zipf:0..4KiB",
        "Zipf:1..2",
        " 4KiB",
        "4 KiB"}));
    CAPTURE(text);
    CHECK(size_law::parse(text).error() == errc::malformed_request);
}

TEST_CASE("drawn sizes stay in their range and follow from the number")
{
    const auto text =
        GENERATE(values<std::string>({"1..1", "1KiB..1MiB", "zipf:1KiB..1MiB", "zipf:3..1000"}));
    CAPTURE(text);
    const auto law = size_law::parse(text).value();
    const auto dots = text.find("..");
    const auto largest = size_law::parse(text.substr(dots + 2)).value().largest();
    for (std::uint64_t i = 0; i < 10'000; ++i)
    {
        REQUIRE(law.of(i) >= 1);
        REQUIRE(law.of(i) <= largest);
        REQUIRE(law.of(i) == law.of(i));
    }
}

TEST_CASE("log-uniform sizes have as many of each power of two; zipf ones more small ones")
{
    const auto share_below = [](const char* text, std::uint64_t limit) {
        const auto law = size_law::parse(text).value();
        int below = 0;
        for (std::uint64_t i = 0; i < 20'000; ++i)
            below += law.of(i) < limit ? 1 : 0;
        return below / 20'000.0;
    };
    CHECK(share_below("1KiB..1MiB", 32 * KiB) == Approx(0.5).margin(0.02));
    CHECK(share_below("1KiB..1MiB", 2 * KiB) == Approx(0.1).margin(0.02));
    // Eleven classes with weights 1, 1/2, ... 1/11.
    CHECK(share_below("zipf:1KiB..1MiB", 2 * KiB) == Approx(1 / 3.0199).margin(0.02));
}
