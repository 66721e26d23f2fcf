#include "common/base/bytes.hpp"
#include "volume/low_water.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace smol;
using volume::low_water;

TEST_CASE("the reserve is one per cent between two bounds")
{
    CHECK(volume::default_reserve(0) == 16 * MiB);
    CHECK(volume::default_reserve(1 * GiB) == 16 * MiB);
    CHECK(volume::default_reserve(10'000 * MiB) == 100 * MiB);
    CHECK(volume::default_reserve(16'384 * GiB) == 1 * GiB);
}

TEST_CASE("room is what is free above the reserve")
{
    low_water room(100);
    room.observe({10'000, 1'000, 2'000});
    CHECK(room.admit(900).has_value());
    CHECK(room.admit(901).error() == errc::no_room);
    room.observe({10'000, 100, 2'000});
    CHECK(room.is_below());
    CHECK(room.admit(0).error() == errc::no_room);
}

TEST_CASE("room is inodes as well")
{
    low_water room(0);
    room.observe({10'000, 5'000, volume::inodes_reserved});
    CHECK(room.is_below());
    room.observe({10'000, 5'000, volume::inodes_reserved + 1});
    CHECK_FALSE(room.is_below());
}

TEST_CASE("what is promised to one is not promised to another until it ends or is written")
{
    low_water room(0);
    room.observe({10'000, 1'000, 2'000});
    {
        auto first = room.admit(600);
        REQUIRE(first.has_value());
        CHECK(room.admit(401).error() == errc::no_room);
        first->written(200);
        CHECK(room.admit(600).has_value());
        first->written(10'000);  // more than was promised
        CHECK(room.admit(1'000).has_value());
    }
    auto all = room.admit(1'000);
    REQUIRE(all.has_value());
    auto moved = std::move(*all);
    CHECK(room.admit(1).error() == errc::no_room);
    moved = low_water::promise();
    CHECK(room.admit(1'000).has_value());
}

TEST_CASE("room need not be observed again while there is plenty")
{
    low_water room(0);
    CHECK_FALSE(room.admit_unasked(1));
    room.observe({100 * GiB, 10 * GiB, 1'000'000});
    CHECK(room.admit_unasked(0));
    CHECK(room.admit_unasked(1 * GiB));
    CHECK_FALSE(room.admit_unasked(1 * GiB + 1));
    SECTION("what was admitted counts as used, also once it is written")
    {
        room.admit_unasked(1)->written(1);
        CHECK_FALSE(room.admit_unasked(1));
    }
    SECTION("and so do what it was asked for, and the number of values")
    {
        CHECK(room.admit(2 * GiB).has_value());
        CHECK_FALSE(room.admit_unasked(1));
    }
    room.observe({100 * GiB, 10 * GiB, 1'000'000});
    std::size_t values = 0;
    while (room.admit_unasked(0))
        ++values;
    CHECK(values == 10'000);
}

TEST_CASE("near the mark room is always observed")
{
    low_water room(0);
    SECTION("few bytes")
    {
        room.observe({100 * GiB, 1 * GiB, 1'000'000});
        CHECK_FALSE(room.admit_unasked(1));
    }
    SECTION("few inodes")
    {
        room.observe({100 * GiB, 10 * GiB, 20'000 + volume::inodes_reserved});
        CHECK_FALSE(room.admit_unasked(0));
    }
    CHECK(room.admit(0).has_value());
}

}  // namespace
