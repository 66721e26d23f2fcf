#include "common/net/clock.hpp"
#include "common/net/gate.hpp"
#include "common/net/loop.hpp"
#include "test/support/run_on.hpp"

#include <catch2/catch.hpp>

#include <future>
#include <set>

namespace {

using namespace smol;
using namespace smol::test;
using namespace std::chrono_literals;

net::task<net::loop*> where()
{
    co_return &net::this_loop();
}

TEST_CASE("a task knows the loop that it runs on")
{
    net::loops loops(3);
    loops.start();
    CHECK(loops.size() == 3);
    std::set<net::loop*> seen;
    for (int i = 0; i < 6; ++i)
    {
        auto& home = loops.next();
        seen.insert(&home);
        CHECK(run_on(home, where()) == &home);
    }
    CHECK(seen.size() == 3);
}

TEST_CASE("zero loops means one for each core")
{
    const net::loops loops(0);
    CHECK(loops.size() >= 1);
}

net::task<void> block(std::future<void> released)
{
    released.wait();
    co_return;
}

TEST_CASE("a loop that hangs is noticed")
{
    net::loops loops(2);
    CHECK(loops.are_turning(10s));
    loops.start();
    net::gate gate;
    std::promise<void> release;
    net::spawn(loops.at(1), gate, "blocking", block(release.get_future()));
    CHECK(eventually([&] { return !loops.are_turning(600ms); }));
    release.set_value();
    CHECK(eventually([&] { return loops.are_turning(600ms); }));
}

// Says on which loop it was destroyed.
struct witness
{
    net::loop*& told;
    ~witness() { told = &net::this_loop(); }
};

net::task<void> wait_with(net::clock& time, net::loop*& told)
{
    const witness present{told};
    co_await time.wait(1h);
}

TEST_CASE("what is suspended is destroyed as if on its loop")
{
    const auto time = net::make_system_clock();
    net::gate gate;
    net::loops loops(2);
    loops.start();
    net::loop* told = nullptr;
    net::spawn(loops.at(1), gate, "waiting", wait_with(*time, told));
    run_on(loops.at(1), where());
    loops.stop();
    CHECK(told == &loops.at(1));
    loops.stop();  // again is nothing
}

}  // namespace
