#include "common/net/clock.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <random>

namespace smol::net {

namespace {

class system_clock final : public clock
{
public:
    std::uint64_t unix_us() override
    {
        const auto since = std::chrono::system_clock::now().time_since_epoch();
        const auto us = std::chrono::duration_cast<std::chrono::microseconds>(since);
        return static_cast<std::uint64_t>(us.count());
    }

    std::chrono::steady_clock::time_point steady() override
    {
        return std::chrono::steady_clock::now();
    }

    std::uint64_t random() override
    {
        thread_local std::mt19937_64 engine(seed());
        return engine();
    }

    task<void> wait(std::chrono::milliseconds span) override
    {
        const auto home = co_await asio::this_coro::executor;
        asio::basic_waitable_timer<std::chrono::steady_clock,
            asio::wait_traits<std::chrono::steady_clock>,
            executor>
            timer(home, span);
        co_await timer.async_wait(use_task);
    }

private:
    static std::uint64_t seed()
    {
        std::random_device source;
        return (static_cast<std::uint64_t>(source()) << 32U) | source();
    }
};

}  // namespace

std::unique_ptr<clock> make_system_clock()
{
    return std::make_unique<system_clock>();
}

}  // namespace smol::net
