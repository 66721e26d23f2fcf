#include "bench/load/places.hpp"

#include <catch2/catch.hpp>

using namespace smol::load;

TEST_CASE("only the keys of the range are remembered")
{
    places known(10, 2);
    CHECK(known.find(10) == nullptr);
    known.remember(10, 3, "/a?ticket");
    known.remember(9, 1, "/x");
    known.remember(12, 1, "/y");
    REQUIRE(known.find(10) != nullptr);
    CHECK(known.find(10)->origin == 3);
    CHECK(known.find(10)->target == "/a?ticket");
    CHECK(known.find(9) == nullptr);
    CHECK(known.find(11) == nullptr);
    CHECK(known.find(12) == nullptr);
    CHECK(places().find(0) == nullptr);
}
