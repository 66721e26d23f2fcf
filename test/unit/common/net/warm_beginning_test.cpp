#include "common/net/warm_beginning.hpp"

#include <catch2/catch.hpp>

namespace {

using smol::net::warm_beginning;
using namespace std::chrono_literals;

constexpr warm_beginning::time_point noon{12h};

TEST_CASE("a beginning is warm for a second after it was seen, as far as it was")
{
    warm_beginning one;
    CHECK_FALSE(one.reaches(1, noon));
    one.saw(1'000, noon);
    struct row
    {
        std::uint64_t end;
        std::chrono::milliseconds after;
        bool is_warm;
    };
    const auto [end, after, is_warm] = GENERATE(values<row>({
        {1, 0ms, true},
        {1'000, 0ms, true},
        {1'000, 1'000ms, true},
        {1'000, 1'001ms, false},
        {1'001, 0ms, false},
        {1'000, 24h, false},
        {1'000, -1ms, false},  // another loop's time
    }));
    CAPTURE(end, after.count());
    CHECK(one.reaches(end, noon + after) == is_warm);
}

TEST_CASE("what is seen again or farther counts anew, a part of it does not")
{
    warm_beginning one;
    one.saw(1'000, noon);
    one.saw(1'000, noon + 900ms);
    CHECK(one.reaches(1'000, noon + 1'800ms));
    one.saw(10, noon + 1'800ms);
    CHECK_FALSE(one.reaches(10, noon + 2'000ms));
    one.saw(10, noon + 2'000ms);
    CHECK(one.reaches(10, noon + 2'000ms));
    CHECK_FALSE(one.reaches(11, noon + 2'000ms));
    one.saw(2'000, noon + 2'000ms);
    CHECK(one.reaches(2'000, noon + 2'000ms));
}

TEST_CASE("a beginning that is too long to be kept is not")
{
    warm_beginning one;
    one.saw(std::uint64_t{1} << 24, noon);
    CHECK_FALSE(one.reaches(1, noon));
    one.saw((std::uint64_t{1} << 24) - 1, noon);
    CHECK(one.reaches((std::uint64_t{1} << 24) - 1, noon));
    CHECK_FALSE(one.reaches(std::uint64_t{1} << 24, noon));
    CHECK_FALSE(one.reaches(~std::uint64_t{0}, noon));
}

}  // namespace
