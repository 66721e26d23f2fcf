#include "volume/staging_table.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace smol;
using namespace std::chrono_literals;
using volume::staged_role;
using volume::staged_state;
using volume::staging_table;

const staging_table::instant noon{12h};

TEST_CASE("an upload's entry waits once the upload has ended")
{
    staging_table table;
    {
        const auto lease = table.begin("n", 1, "k", staged_role::first, 77, noon);
        REQUIRE(lease.has_value());
        CHECK(table.is("n", 1, staged_state::receiving));
        CHECK(table.due(noon + 1h, 10).empty());
    }
    CHECK(table.is("n", 1, staged_state::waiting));
    CHECK(table.due(noon - 1ms, 10).empty());
    const auto due = table.due(noon, 10);
    REQUIRE(due.size() == 1);
    CHECK(due[0].key == "k");
    CHECK(due[0].generation == 1);
    CHECK(due[0].first);
}

TEST_CASE("an entry that was removed does not come back when the upload ends")
{
    staging_table table;
    {
        const auto lease = table.begin("n", 1, "k", staged_role::replica, 77, noon);
        table.remove("n", 1);
    }
    CHECK(table.size() == 0);
}

TEST_CASE("an entry knows which upload brought it, until the process ends")
{
    staging_table table;
    REQUIRE(table.enter("n", 3, "k", staged_role::replica));
    const auto lease = table.begin("n", 4, "k", staged_role::first, 77, noon);
    REQUIRE(lease.has_value());
    CHECK(lease->upload() == 77);
    CHECK_FALSE(table.is_of_another("n", 4, 77));
    CHECK(table.is_of_another("n", 4, 78));
    CHECK(table.is_of_another("n", 3, 77));
    CHECK_FALSE(table.is_of_another("n", 3, 0));
    CHECK_FALSE(table.is_of_another("n", 5, 77));
}

TEST_CASE("the generations of a key up to one of them, whatever their state")
{
    staging_table table;
    REQUIRE(table.enter("n", 3, "k", staged_role::replica));
    const auto lease = table.begin("n", 4, "k", staged_role::first, 77, noon);
    REQUIRE(table.enter("n", 7, "k", staged_role::replica));
    REQUIRE(table.enter("m", 2, "other", staged_role::replica));
    CHECK(table.generations_up_to("n", "other", 9).empty());
    CHECK(table.generations_up_to("n", "k", 2).empty());
    CHECK(table.generations_up_to("n", "k", 4) == std::vector<std::uint64_t>{3, 4});
    CHECK(table.generations_up_to("n", "k", 9) == std::vector<std::uint64_t>{3, 4, 7});
}

TEST_CASE("a name belongs to one key, and each of its generations is staged once")
{
    staging_table table;
    REQUIRE(table.enter("n", 5, "k", staged_role::replica));
    CHECK(table.begin("n", 5, "k", staged_role::first, 77, noon).error() == errc::write_conflict);
    CHECK(table.begin("n", 4, "k", staged_role::first, 77, noon).has_value());
    CHECK(
        table.begin("n", 6, "other", staged_role::first, 77, noon).error() == errc::key_collision);
    CHECK(table.begin("m", 6, "other", staged_role::first, 77, noon).has_value());
}

TEST_CASE("the master is asked less and less often about the same blob, until it comes back")
{
    staging_table table;
    REQUIRE(table.enter("n", 1, "k", staged_role::replica));
    auto now = noon;
    for (const auto pause : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s})
    {
        REQUIRE(table.due(now, 10).size() == 1);
        CHECK(table.due(now + pause - 1ms, 10).empty());
        now += pause;
    }
    table.ask_all_again();
    CHECK(table.due(now, 10).size() == 1);
    CHECK(table.due(now + 1s, 10).size() == 1);
}

TEST_CASE("no more are asked about at once than was allowed, and none is forgotten")
{
    staging_table table;
    for (std::uint64_t generation = 1; generation <= 5; ++generation)
        REQUIRE(table.enter("n", generation, "k", staged_role::replica));
    CHECK(table.due(noon, 3).size() == 3);
    CHECK(table.due(noon, 3).size() == 2);
    CHECK(table.due(noon, 3).empty());
}

TEST_CASE("sealed is what an upload of this process brought whole, of that key and generation")
{
    staging_table table;
    table.seal("n", 1);  // not there: nothing happens
    const auto lease = table.begin("n", 1, "k", staged_role::replica, 77, noon);
    REQUIRE(table.enter("n", 2, "k", staged_role::replica));
    CHECK_FALSE(table.is_sealed("n", 1, "k"));
    table.seal("n", 1);
    CHECK(table.is_sealed("n", 1, "k"));
    CHECK_FALSE(table.is_sealed("n", 1, "other"));
    CHECK_FALSE(table.is_sealed("n", 2, "k"));
    CHECK_FALSE(table.is_sealed("m", 1, "k"));
    table.remove("n", 1);
    CHECK_FALSE(table.is_sealed("n", 1, "k"));
}

}  // namespace
