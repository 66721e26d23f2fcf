#pragma once

// One life of a process: its coroutines, from start to exit, kill or power loss. Whatever waits in
// it waits for the world to wake it, and is destroyed with it. One thread.

#include "common/net/clock.hpp"
#include "common/net/task.hpp"
#include "test/sim/world.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace smol::sim {

class life
{
public:
    using spot = std::uint64_t;

    life(world& in, std::string name);
    ~life();
    life(const life&) = delete;

    world& in() { return world_; }
    const std::string& name() const { return name_; }
    std::uint64_t number() const { return number_; }
    bool is_over() const { return is_over_; }
    net::executor get_executor() { return context_.get_executor(); }

    // Runs on its own. What it throws ends the simulation.
    void spawn(net::task<void> work);

    // Everything that can go on without the world does.
    void run();

    // Destroys what is suspended; nothing of it runs any more. What it refers to must be alive.
    void end();

    // Suspends the caller until wake(at). `at` is set before.
    net::task<void> park(spot& at);
    void wake(spot at);

    // Suspends the caller for so long.
    net::task<void> pause(moment span);

private:
    // Can destroy what is suspended in it before its own end.
    class event_context : public asio::io_context
    {
    public:
        event_context() : asio::io_context(1) {}
        void abandon() { shutdown(); }
    };

    world& world_;
    std::string name_;
    std::uint64_t number_;
    bool is_over_ = false;
    spot last_spot_ = 0;
    event_context context_;
    std::map<spot, std::function<void()>> parked_;
};

// The clock of a machine. Its wall clock may be set.
class machine_clock final : public net::clock
{
public:
    explicit machine_clock(world& in) : world_(in) {}

    void run_in(life* of) { life_ = of; }
    void set_back(std::int64_t by_us) { skew_us_ = by_us; }

    std::uint64_t unix_us() override;
    std::chrono::steady_clock::time_point steady() override;
    std::uint64_t random() override { return world_.fate.next(); }
    net::task<void> wait(std::chrono::milliseconds span) override;

private:
    world& world_;
    life* life_ = nullptr;
    std::int64_t skew_us_ = 0;
};

}  // namespace smol::sim
