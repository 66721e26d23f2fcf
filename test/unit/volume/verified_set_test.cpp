#include "volume/verified_set.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace smol;

TEST_CASE("the least recently used blob is forgotten first")
{
    volume::verified_set seen(2);
    seen.add({1, 1, 1});
    seen.add({2, 1, 1});
    CHECK(seen.contains({1, 1, 1}));
    seen.add({3, 1, 1});
    CHECK(seen.contains({1, 1, 1}));
    CHECK_FALSE(seen.contains({2, 1, 1}));
    CHECK(seen.contains({3, 1, 1}));
}

TEST_CASE("what is no longer trusted is forgotten, and can come back")
{
    volume::verified_set seen(2);
    seen.add({1, 1, 1});
    seen.remove({2, 1, 1});
    CHECK(seen.contains({1, 1, 1}));
    seen.remove({1, 1, 1});
    seen.remove({1, 1, 1});
    CHECK_FALSE(seen.contains({1, 1, 1}));
    seen.add({1, 1, 1});
    seen.add({2, 1, 1});
    CHECK(seen.contains({1, 1, 1}));
}

TEST_CASE("another generation or size of the same file is another blob")
{
    volume::verified_set seen(2);
    seen.add({1, 1, 1});
    seen.add({1, 1, 1});
    CHECK(seen.contains({1, 1, 1}));
    CHECK_FALSE(seen.contains({1, 2, 1}));
    CHECK_FALSE(seen.contains({1, 1, 2}));
    CHECK_FALSE(seen.contains({2, 1, 1}));
}

}  // namespace
