#pragma once

// Time that passes only when nothing else can happen, and chance that is the same for each seed.
// One thread.

#include "common/net/clock.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <map>
#include <memory>
#include <random>

namespace smol::test {

class manual_clock final : public net::clock
{
public:
    explicit manual_clock(std::uint64_t seed = 1) : chance_(seed) {}

    std::uint64_t unix_us() override
    {
        return 1'800'000'000'000'000 +
               static_cast<std::uint64_t>(
                   std::chrono::duration_cast<std::chrono::microseconds>(now_.time_since_epoch())
                       .count());
    }
    std::chrono::steady_clock::time_point steady() override { return now_; }
    std::uint64_t random() override { return chance_(); }

    net::task<void> wait(std::chrono::milliseconds span) override
    {
        const auto home = co_await asio::this_coro::executor;
        auto until = std::make_shared<alarm>(home, alarm::time_point::max());
        const auto at = waiting_.emplace(now_ + span, until);
        co_await until->async_wait(net::use_task);
        waiting_.erase(at);  // also when the wait was cancelled
    }

    // To the time that the next waiter waits for; false if nobody waits.
    bool advance()
    {
        if (waiting_.empty())
            return false;
        now_ = std::max(now_, waiting_.begin()->first);
        waiting_.begin()->second->cancel();
        return true;
    }

    void pass(std::chrono::milliseconds span) { now_ += span; }

private:
    using alarm = asio::basic_waitable_timer<std::chrono::steady_clock,
        asio::wait_traits<std::chrono::steady_clock>,
        net::executor>;

    std::chrono::steady_clock::time_point now_{std::chrono::hours(1)};
    std::mt19937_64 chance_;
    std::multimap<std::chrono::steady_clock::time_point, std::shared_ptr<alarm>> waiting_;
};

}  // namespace smol::test
