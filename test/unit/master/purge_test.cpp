#include "common/net/loop.hpp"
#include "common/wire/record.hpp"
#include "master/commit_decision.hpp"
#include "master/deletions.hpp"
#include "master/generation_clock.hpp"
#include "master/purge.hpp"
#include "test/support/fake_clock.hpp"
#include "test/support/memory_index.hpp"
#include "test/support/run_on.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace smol::master {

namespace {

constexpr std::uint64_t lifetime_us = 3'600'000'000;

class fixture
{
public:
    fixture()
    {
        generations.start(0, time.wall_us + 1'000'000'000'000);
        loops.start();
    }
    ~fixture() { loops.stop(); }

    void doom(const std::string& volume, const std::string& key, std::uint64_t generation)
    {
        entries.at(family::deletions)[deletion_entry({volume, generation}, key)] = key;
    }

    std::uint64_t bury(const std::string& key, const std::string& volume)
    {
        const auto event = *generations.next();
        wire::record record;
        record.is = wire::state::tombstone;
        record.generation = event - 1;
        record.event = event;
        record.volumes = {volume};
        entries.at(family::records)[key] = wire::print(record);
        entries.at(family::tombstones)[generation_entry(event)] = key;
        return event;
    }

    void forget_old()
    {
        const auto now = generations.now();
        REQUIRE(test::run_on(loops.at(0), purge(entries, now, lifetime_us)).has_value());
    }

    test::fake_clock time;
    test::memory_index entries;
    generation_clock generations{time};
    net::loops loops{1};
};

}  // namespace

TEST_CASE("a tombstone goes once its deletions are confirmed and older tickets have expired")
{
    fixture master;
    const auto event = master.bury("k", "vol-a");
    master.doom("vol-a", "k", event - 1);
    master.time.advance(std::chrono::microseconds(lifetime_us));
    master.entries.at(family::deletions).clear();
    master.forget_old();
    CHECK(master.entries.at(family::records).size() == 1);

    master.doom("vol-a", "k", event - 1);
    master.time.advance(std::chrono::seconds(61));
    master.forget_old();
    CHECK(master.entries.at(family::records).size() == 1);
    CHECK(master.entries.at(family::tombstones).size() == 1);

    master.entries.at(family::deletions).clear();
    master.forget_old();
    CHECK(master.entries.at(family::records).empty());
    CHECK(master.entries.at(family::tombstones).empty());
}

TEST_CASE("a tombstone that became something else is left alone")
{
    fixture master;
    master.bury("k", "vol-a");
    wire::record live;
    live.generation = *master.generations.next();
    live.event = live.generation;
    live.volumes = {"vol-a"};
    master.entries.at(family::records)["k"] = wire::print(live);
    master.time.advance(std::chrono::microseconds(2 * lifetime_us));
    master.forget_old();
    CHECK(master.entries.at(family::records).at("k") == wire::print(live));
    CHECK(master.entries.at(family::tombstones).empty());
}

TEST_CASE("answers to commits are kept as long as their tickets may come again")
{
    fixture master;
    const auto old = *master.generations.next();
    master.entries.at(family::commits)[generation_entry(old)] = "created";
    master.time.advance(std::chrono::microseconds(lifetime_us + 30'000'000));
    const auto recent = *master.generations.next();
    master.entries.at(family::commits)[generation_entry(recent)] = "created";
    master.forget_old();
    CHECK(master.entries.at(family::commits).size() == 2);
    master.time.advance(std::chrono::seconds(31));
    master.forget_old();
    REQUIRE(master.entries.at(family::commits).size() == 1);
    CHECK(master.entries.at(family::commits).begin()->first == generation_entry(recent));
}

}  // namespace smol::master
