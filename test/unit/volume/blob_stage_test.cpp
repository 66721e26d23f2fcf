#include "test/unit/volume/memory_store.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace smol;
using namespace smol::test;

TEST_CASE("a value that is staged as a whole is as durable as one that came in pieces")
{
    memory_store in;
    REQUIRE(in.put("k", 4, "four"));
    REQUIRE(in.thread.run(stage_whole(in.store(), "k", 5, "five")));
    CHECK(in.thread.run(stage_whole(in.store(), "k", 5, "five")).error() == errc::write_conflict);
    in.disk.lose_power();
    in.reopen();
    CHECK(in.get("k", 5) == "five");
    REQUIRE(in.thread.run(in.store().publish("k", 5, 0)));
    CHECK(in.thread.run(stage_whole(in.store(), "k", 5, "five")).error() == errc::write_conflict);
    CHECK(in.get("k", 5) == "five");
    CHECK(in.disk.files() == std::vector<std::string>{home_of_k});
}

}  // namespace
