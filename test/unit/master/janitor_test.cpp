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

net::task<error_code> note(int& reads, bool is_read)
{
    reads += is_read ? 1 : 0;
    co_return error_code();
}

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

    // Up, with nothing that waits.
    std::shared_ptr<member> join_settled(const std::string& name)
    {
        auto who = join(name);
        cleaner.wake(name);
        REQUIRE(test::eventually([&] { return who->is_settled() && is_idle(); }));
        return who;
    }

    bool is_idle() const { return background.inside() == 0; }

    // As a DELETE does it: into the index, then the janitor is told.
    void enter(const std::string& key)
    {
        doom("vol-a", key, 7);
        cleaner.entered({{"vol-a", 7}}, key);
    }

    // All at once, so that none is delivered meanwhile.
    void enter_all(std::size_t count)
    {
        std::atomic<bool> is_done = false;
        asio::post(loops.at(0).context(), [&] {
            for (std::size_t i = 0; i < count; ++i)
                enter("k" + std::to_string(i));
            is_done = true;
        });
        REQUIRE(test::eventually([&] { return is_done && cleaner.pending() == 0 && is_idle(); }));
    }

    // Reads of the index from now on.
    void count_reads()
    {
        entries.keep_pace(
            [this](std::string_view operation) { return note(reads, operation == "read"); });
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
    int reads = 0;
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
    master.cleaner.entered({{"vol-a", 7}}, "k");
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
    master.cleaner.entered({{"vol-a", 7}}, "k");
    master.stop();
    CHECK(master.cleaner.pending() == 0);
}

TEST_CASE("what is entered while a volume is here is delivered without reading the index")
{
    fixture master;
    const auto who = master.join_settled("vol-a");
    master.count_reads();
    master.enter_all(600);
    master.stop();
    CHECK(master.reads == 0);
    CHECK(master.volumes.removed.size() == 600);
    CHECK(master.volumes.removed.count("vol-a:1 k42 7") == 1);
    CHECK(master.entries.at(family::deletions).empty());
}

TEST_CASE("what was entered and then refused, or is too much for memory, is read from the index")
{
    fixture master;
    const auto who = master.join_settled("vol-a");
    const bool is_refused = GENERATE(false, true);
    const std::size_t count = is_refused ? 50 : delivery_queue::entries_max + 50;
    master.volumes.refusals = is_refused ? 20 : 0;
    master.count_reads();
    master.enter_all(count);
    master.stop();
    CHECK(master.reads > 0);
    CHECK(master.volumes.removed.size() == count);
    CHECK(master.entries.at(family::deletions).empty());
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
