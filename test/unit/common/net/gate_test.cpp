#include "common/net/gate.hpp"
#include "test/support/run_on.hpp"

#include <catch2/catch.hpp>

#include <stdexcept>

namespace {

using namespace smol;
using namespace smol::test;
using namespace std::chrono_literals;

net::task<void> wait_for(net::clock& time, std::atomic<bool>& release)
{
    while (!release.load())
        co_await time.wait(1ms);
}

net::task<void> fail()
{
    throw std::runtime_error("thrown by the test");
    co_return;
}

TEST_CASE("a gate counts passes, keeps a limit, and lets nobody in once closed")
{
    net::gate gate;
    {
        auto first = gate.enter(2);
        auto second = gate.enter(2);
        CHECK(first);
        CHECK(second);
        CHECK_FALSE(gate.enter(2));
        CHECK(gate.inside() == 2);
        auto moved = std::move(first);
        CHECK_FALSE(first);
        CHECK(moved);
        second = net::gate::pass();
        CHECK(gate.inside() == 1);
    }
    CHECK(gate.inside() == 0);
    gate.close();
    CHECK_FALSE(gate.enter());
    CHECK(gate.inside() == 0);
}

TEST_CASE("drained waits for the last to leave, and no longer than told")
{
    const auto time = net::make_system_clock();
    net::loops loops(2);
    loops.start();
    net::gate gate;
    std::atomic<bool> release{false};
    for (int i = 0; i < 4; ++i)
        net::spawn(loops.next(), gate, "waiting", wait_for(*time, release));
    CHECK(gate.inside() == 4);
    CHECK_FALSE(run_on(loops.at(0), gate.drained(*time, 20ms)));
    release.store(true);
    CHECK(run_on(loops.at(0), gate.drained(*time, 20s)));
    gate.close();
    net::spawn(loops.at(0), gate, "refused", wait_for(*time, release));
    CHECK(gate.inside() == 0);
}

TEST_CASE("what a spawned task throws ends only that task")
{
    const auto time = net::make_system_clock();
    net::loops loops(1);
    loops.start();
    net::gate gate;
    net::spawn(loops.at(0), gate, "failing", fail());
    CHECK(run_on(loops.at(0), gate.drained(*time, 20s)));
}

TEST_CASE("passes of tasks that never ran or never ended are given up with their loop")
{
    const auto time = net::make_system_clock();
    net::gate gate;
    std::atomic<bool> never{false};
    {
        net::loops idle(1);
        net::spawn(idle.at(0), gate, "never run", wait_for(*time, never));
        CHECK(gate.inside() == 1);
    }
    CHECK(gate.inside() == 0);
    net::loops loops(1);
    loops.start();
    net::spawn(loops.at(0), gate, "never ends", wait_for(*time, never));
    loops.stop();
    CHECK(gate.inside() == 0);
}

}  // namespace
