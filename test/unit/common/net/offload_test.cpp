#include "common/net/gate.hpp"
#include "common/net/offload.hpp"
#include "test/support/run_on.hpp"

#include <boost/asio/detached.hpp>
#include <catch2/catch.hpp>

#include <numeric>
#include <thread>

namespace {

using namespace smol;
using namespace smol::test;
using namespace std::chrono_literals;

net::task<std::pair<bool, bool>> check_threads(net::pool& on)
{
    const auto before = std::this_thread::get_id();
    const auto there = co_await net::offload(on, [] { return std::this_thread::get_id(); });
    const auto after = std::this_thread::get_id();
    co_return std::pair(before == after, before == there);
}

TEST_CASE("offload runs on the pool and resumes at home")
{
    net::pool pool(2);
    net::loops loops(1);
    loops.start();
    for (int i = 0; i < 100; ++i)
        CHECK(run_on(loops.at(0), check_threads(pool)) == std::pair(true, false));
}

net::task<std::string> chain(net::pool& on)
{
    std::string text;
    for (int i = 0; i < 1000; ++i)
    {
        auto more = co_await net::offload(on, [&] { return result<std::string>(text + "x"); });
        text = std::move(*more);
    }
    co_return text;
}

TEST_CASE("many offloads at once keep their results apart")
{
    net::pool pool(3);
    net::loops loops(2);
    loops.start();
    std::vector<std::future<std::string>> all;
    for (int i = 0; i < 8; ++i)
        all.push_back(asio::co_spawn(loops.next().get_executor(), chain(pool), asio::use_future));
    for (auto& one : all)
        CHECK(one.get() == std::string(1000, 'x'));
}

net::task<void> work_slowly(net::pool& on, std::atomic<int>& begun)
{
    std::vector<int> local(1'000'000, 1);  // gone if the coroutine were destroyed under the work
    for (;;)
    {
        const auto sum = co_await net::offload(on, [&] {
            ++begun;
            return std::accumulate(local.begin(), local.end(), 0);
        });
        local[0] = sum;
    }
}

TEST_CASE("loops that end wait for the work that their coroutines have out")
{
    net::pool pool(2);
    net::gate gate;
    std::atomic<int> begun{0};
    net::loops loops(2);
    loops.start();
    for (int i = 0; i < 8; ++i)
        net::spawn(loops.next(), gate, "slow", work_slowly(pool, begun));
    CHECK(eventually([&] { return begun.load() > 10; }));
    loops.stop();
    CHECK(gate.inside() == 0);
    const int at_end = begun.load();
    CHECK(begun.load() == at_end);
}

TEST_CASE("a bare io_context waits for its work too")
{
    net::pool pool(1);
    std::atomic<int> begun{0};
    asio::io_context context(1);
    asio::co_spawn(context.get_executor(), work_slowly(pool, begun), asio::detached);
    while (begun.load() == 0)
        context.poll();
}

TEST_CASE("a pool finishes what is queued before it ends")
{
    std::atomic<int> done{0};
    {
        net::pool pool(2);
        for (int i = 0; i < 500; ++i)
            pool.submit([&] { ++done; });
    }
    CHECK(done.load() == 500);
}

}  // namespace
