#include "common/net/gate.hpp"
#include "common/net/loop.hpp"
#include "common/wire/ticket.hpp"
#include "master/commit_decision.hpp"
#include "master/janitor.hpp"
#include "master/records.hpp"
#include "test/support/fake_clock.hpp"
#include "test/support/memory_index.hpp"
#include "test/support/run_on.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <string>
#include <vector>

namespace smol::master {

namespace {

// Volumes that note what they are told to remove, and refuse the first `refusals` times.
class noting_peers final : public peers
{
public:
    net::task<result<void>> remove(
        std::string address, std::string key, std::string ticket) override
    {
        if (refusals > 0)
        {
            --refusals;
            co_return errc::peer_refused;
        }
        const auto right = wire::redeem(ticket, key, hmac_key("secret"), 0);
        if (!right || right->op != wire::operation::remove)
            co_return errc::peer_refused;
        removed.insert(address + " " + key + " " + std::to_string(right->generation));
        co_return result<void>();
    }

    int refusals = 0;
    std::set<std::string> removed;
};

class fixture
{
public:
    fixture() : cleaner({entries, members, generations, volumes, time, of}, on_the_loop())
    {
        of.secret = hmac_key("secret");
        generations.start(0, time.wall_us + 1'000'000'000'000);
        loops.start();
    }

    ~fixture() { stop(); }

    void stop()
    {
        REQUIRE(test::eventually([this] { return background.inside() == 0; }));
        loops.stop();
    }

    janitor::spawner on_the_loop()
    {
        return [this](std::string_view name, net::task<void> work) {
            net::spawn(loops.at(0), background, name, std::move(work));
        };
    }

    std::shared_ptr<member> join(const std::string& name)
    {
        wire::beat said;
        said.capacity_bytes = 1000;
        return members.join({name, name + ":1", "", 1, true}, said, time.steady());
    }

    void doom(const std::string& volume, const std::string& key, std::uint64_t generation)
    {
        entries.at(family::deletions)[deletion_entry({volume, generation}, key)] = key;
    }

    test::fake_clock time;
    test::memory_index entries;
    membership members;
    generation_clock generations{time};
    noting_peers volumes;
    identity of;
    net::gate background;
    net::loops loops{1};
    janitor cleaner;
};

}  // namespace

TEST_CASE("a volume that joins gets its deletions, and is settled when all are confirmed")
{
    fixture master;
    const auto who = master.join("vol-a");
    for (int i = 0; i < 600; ++i)
        master.doom("vol-a", "k" + std::to_string(i), 7);
    master.doom("vol-b", "other", 7);
    master.cleaner.wake("vol-a");
    REQUIRE(test::eventually([&] { return who->is_settled(); }));
    master.stop();
    CHECK(master.volumes.removed.size() == 600);
    CHECK(master.volumes.removed.count("vol-a:1 k42 7") == 1);
    REQUIRE(master.entries.at(family::deletions).size() == 1);
    CHECK(master.entries.at(family::deletions).begin()->second == "other");
}

TEST_CASE("a deletion that a volume refuses stays until it is confirmed")
{
    fixture master;
    const auto who = master.join("vol-a");
    for (int i = 0; i < 20; ++i)
        master.doom("vol-a", "k" + std::to_string(i), 7);
    master.volumes.refusals = 25;
    master.cleaner.wake("vol-a");
    REQUIRE(test::eventually([&] { return who->is_settled(); }));
    master.stop();
    CHECK(master.volumes.removed.size() == 20);
    CHECK(master.entries.at(family::deletions).empty());
}

TEST_CASE("deletions of a volume that is away wait for it")
{
    fixture master;
    const auto who = master.join("vol-a");
    membership::leave(*who);
    master.doom("vol-a", "k", 7);
    master.cleaner.entered({{"vol-a", 7}});
    REQUIRE(test::eventually([&] { return master.background.inside() == 0; }));
    CHECK(master.cleaner.pending() == 1);
    CHECK(master.volumes.removed.empty());

    const auto back = master.join("vol-a");
    master.cleaner.wake("vol-a");
    REQUIRE(test::eventually([&] { return back->is_settled(); }));
    master.stop();
    CHECK(master.volumes.removed.count("vol-a:1 k 7") == 1);
    CHECK(master.cleaner.pending() == 0);
    CHECK_FALSE(who->is_settled());
}

TEST_CASE("a deletion that is delivered before it is told of is not counted for ever")
{
    fixture master;
    const auto who = master.join("vol-a");
    master.doom("vol-a", "k", 7);
    master.cleaner.wake("vol-a");
    REQUIRE(test::eventually([&] { return who->is_settled(); }));
    CHECK(master.cleaner.pending() == 0);
    master.cleaner.entered({{"vol-a", 7}});
    master.stop();
    CHECK(master.cleaner.pending() == 0);
}

TEST_CASE("pending deletions are counted at start")
{
    fixture master;
    for (int i = 0; i < 700; ++i)
        master.doom("vol-a", "k" + std::to_string(i), 7);
    REQUIRE(test::run_on(master.loops.at(0), master.cleaner.count()).has_value());
    CHECK(master.cleaner.pending() == 700);
}

}  // namespace smol::master
