#include "master/generation_clock.hpp"
#include "test/support/fake_clock.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>
#include <thread>
#include <vector>

namespace smol::master {

namespace {

using namespace std::chrono_literals;

// A process that starts with what an earlier one left in the index.
std::uint64_t start(generation_clock& clock, std::uint64_t stored)
{
    const auto ceiling = clock.first_ceiling(stored);
    clock.start(stored, ceiling);
    return ceiling;
}

}  // namespace

TEST_CASE("generations are the wall clock's microseconds while it behaves")
{
    test::fake_clock time;
    generation_clock clock(time);
    start(clock, 0);
    CHECK(clock.now() == time.wall_us);
    time.advance(5s);
    CHECK(*clock.next() == time.wall_us);
}

TEST_CASE("generations differ even when no time passes")
{
    test::fake_clock time;
    generation_clock clock(time);
    start(clock, 0);
    auto last = clock.now();
    for (int i = 0; i < 1000; ++i)
    {
        const auto next = *clock.next();
        REQUIRE(next > last);
        last = next;
    }
    CHECK(clock.now() >= last);
}

TEST_CASE("the clock never goes back, over restarts and jumps of the wall clock")
{
    std::mt19937_64 dice(1);
    test::fake_clock time;
    std::uint64_t stored = 0;
    std::uint64_t last = 0;
    for (int restart = 0; restart < 200; ++restart)
    {
        generation_clock clock(time);
        stored = start(clock, stored);
        for (int step = 0; step < 50; ++step)
        {
            const auto kind = dice() % 6;
            if (kind == 0)
                time.wall_us -= dice() % 100'000'000'000;
            else if (kind == 1)
                time.wall_us += dice() % 100'000'000;
            else
                time.advance(std::chrono::microseconds(dice() % 2'000'000));
            if (const auto ceiling = clock.wanted_ceiling(); ceiling != 0)
            {
                stored = ceiling;
                clock.reserved(ceiling);
            }
            const auto now = clock.now();
            REQUIRE(now >= last);
            const auto next = clock.next();
            REQUIRE(next);
            REQUIRE(*next > now);
            REQUIRE(*next > last);
            REQUIRE(*next <= stored);
            last = *next;
        }
    }
}

TEST_CASE("a clock that was set back still runs, so that tickets expire")
{
    test::fake_clock time;
    generation_clock clock(time);
    start(clock, 0);
    const auto before = clock.now();
    time.wall_us -= 3'600'000'000;
    time.advance(7s);
    CHECK(clock.now() == before + 3'500'000);
}

TEST_CASE("a clock that is ahead after restarts is caught up by the wall clock")
{
    test::fake_clock time;
    std::uint64_t stored = 0;
    for (int killed = 0; killed < 10; ++killed)
    {
        generation_clock clock(time);
        stored = start(clock, stored);
    }
    generation_clock clock(time);
    start(clock, stored);
    CHECK(clock.now() == time.wall_us + 600'000'000);
    for (int seconds = 0; seconds < 1'200; ++seconds)
    {
        time.advance(1s);
        clock.reserved(clock.wanted_ceiling());
        REQUIRE(clock.now() > time.wall_us - 1'000'000);
    }
    CHECK(clock.now() == time.wall_us);
}

TEST_CASE("a clock that was stopped gives out nothing, and loses no time over the restart")
{
    test::fake_clock time;
    generation_clock clock(time);
    start(clock, 0);
    time.advance(5s);
    const auto last = clock.next();
    const auto stored = clock.stop();
    CHECK(stored == *last);
    CHECK_FALSE(clock.next());
    generation_clock again(time);
    start(again, stored);
    CHECK(again.now() == *last);
    CHECK(*again.next() == *last + 1);
}

TEST_CASE("nothing above the reserved ceiling is given out")
{
    test::fake_clock time;
    generation_clock clock(time);
    const auto ceiling = start(clock, 0);
    time.advance(std::chrono::hours(10));
    CHECK(clock.now() == ceiling);
    CHECK(clock.next().error() == errc::index_failed);
    const auto wanted = clock.wanted_ceiling();
    CHECK(wanted > time.wall_us);
    clock.reserved(wanted);
    CHECK(*clock.next() == time.wall_us);
    CHECK(clock.wanted_ceiling() == 0);
}

TEST_CASE("a reservation is wanted while there is still half of it left")
{
    test::fake_clock time;
    generation_clock clock(time);
    start(clock, 0);
    CHECK(clock.wanted_ceiling() == 0);
    time.advance(29s);
    CHECK(clock.wanted_ceiling() == 0);
    time.advance(2s);
    CHECK(clock.wanted_ceiling() != 0);
}

TEST_CASE("threads never draw the same generation")
{
    const auto time = net::make_system_clock();
    generation_clock clock(*time);
    start(clock, 0);
    constexpr std::size_t each = 20'000;
    std::vector<std::vector<std::uint64_t>> drawn(4);
    std::vector<std::thread> threads;
    for (auto& mine : drawn)
        threads.emplace_back([&clock, &mine] {
            for (std::size_t i = 0; i < each; ++i)
                mine.push_back(*clock.next());
        });
    for (auto& one : threads)
        one.join();
    std::vector<std::uint64_t> all;
    for (const auto& mine : drawn)
    {
        CHECK(std::is_sorted(mine.begin(), mine.end()));
        all.insert(all.end(), mine.begin(), mine.end());
    }
    std::sort(all.begin(), all.end());
    CHECK(std::adjacent_find(all.begin(), all.end()) == all.end());
}

}  // namespace smol::master
