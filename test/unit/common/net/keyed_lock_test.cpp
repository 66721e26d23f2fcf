#include "common/net/gate.hpp"
#include "common/net/keyed_lock.hpp"
#include "test/support/run_on.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <catch2/catch.hpp>

#include <vector>

namespace {

using namespace smol;
using namespace smol::test;
using namespace std::chrono_literals;

struct counter
{
    int inside = 0;  // not atomic: the lock must do
    int most = 0;
    int total = 0;
};

net::task<void> enter_often(net::keyed_lock& lock, net::clock& time, std::string key, counter& seen)
{
    for (int i = 0; i < 50; ++i)
    {
        const auto held = co_await lock.lock(key);
        ++seen.inside;
        seen.most = std::max(seen.most, seen.inside);
        co_await time.wait(0ms);
        ++seen.total;
        --seen.inside;
    }
}

TEST_CASE("one at a time for each key, on several loops")
{
    const auto time = net::make_system_clock();
    net::keyed_lock lock;
    net::loops loops(3);
    net::gate gate;
    loops.start();
    counter a;
    counter b;
    for (int i = 0; i < 6; ++i)
    {
        net::spawn(loops.next(), gate, "a", enter_often(lock, *time, "a", a));
        net::spawn(loops.next(), gate, "b", enter_often(lock, *time, "b", b));
    }
    CHECK(run_on(loops.at(0), gate.drained(*time, 30s)));
    loops.stop();
    for (const auto& seen : {a, b})
    {
        CHECK(seen.most == 1);
        CHECK(seen.total == 300);
    }
}

net::task<void> note(net::keyed_lock& lock, int number, std::vector<int>& order)
{
    const auto held = co_await lock.lock("k");
    order.push_back(number);
}

net::task<std::vector<int>> queue_up(net::loop& home, net::clock& time)
{
    net::keyed_lock lock;
    net::gate gate;
    std::vector<int> order;
    {
        const auto held = co_await lock.lock("k");
        for (int i = 0; i < 5; ++i)
            net::spawn(home, gate, "note", note(lock, i, order));
        co_await time.wait(5ms);
    }
    co_await gate.drained(time, 10s);
    co_return order;
}

TEST_CASE("waiters come in the order of their arrival")
{
    const auto time = net::make_system_clock();
    net::loops loops(1);
    loops.start();
    CHECK(run_on(loops.at(0), queue_up(loops.at(0), *time)) == std::vector<int>{0, 1, 2, 3, 4});
}

net::task<void> take(net::keyed_lock& lock)
{
    const auto held = co_await lock.lock("k");
}

net::task<bool> cancel_waiting(net::clock& time)
{
    using namespace asio::experimental::awaitable_operators;
    net::keyed_lock lock;
    std::vector<int> order;
    {
        const auto held = co_await lock.lock("k");
        auto waiting = take(lock);
        auto limit = time.wait(5ms);
        co_await (std::move(waiting) || std::move(limit));
    }
    co_await note(lock, 1, order);  // free: the one that gave up did not get it
    co_return order.size() == 1;
}

TEST_CASE("a waiter that is cancelled leaves the queue")
{
    const auto time = net::make_system_clock();
    net::loops loops(1);
    loops.start();
    CHECK(run_on(loops.at(0), cancel_waiting(*time)));
}

net::task<void> hold_for_ever(net::keyed_lock& lock, net::clock& time, std::atomic<int>& arrived)
{
    ++arrived;
    const auto held = co_await lock.lock("k");
    co_await time.wait(1h);
}

TEST_CASE("holders and waiters may be destroyed with their loops, in any order")
{
    const auto time = net::make_system_clock();
    net::keyed_lock lock;
    net::gate gate;
    std::atomic<int> arrived{0};
    net::loops loops(3);
    loops.start();
    for (int i = 0; i < 9; ++i)
        net::spawn(loops.next(), gate, "hold", hold_for_ever(lock, *time, arrived));
    CHECK(eventually([&] { return arrived.load() == 9; }));
    loops.stop();
    CHECK(gate.inside() == 0);
    net::loops again(1);
    again.start();
    std::vector<int> order;
    run_on(again.at(0), note(lock, 7, order));
    CHECK(order == std::vector<int>{7});
}

}  // namespace
