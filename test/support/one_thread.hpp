#pragma once

// Runs coroutines of protocol code on the calling thread, in the order that the event queue gives,
// with time that jumps whenever nothing else can happen.

#include "common/net/task.hpp"
#include "test/support/manual_clock.hpp"

#include <boost/asio/co_spawn.hpp>

#include <exception>
#include <optional>
#include <stdexcept>

namespace smol::test {

class one_thread
{
public:
    explicit one_thread(manual_clock& time) : time_(time) {}

    net::executor get_executor() { return context_.get_executor(); }

    // Until `work` has ended. Throws if it waits for what cannot come.
    template <typename T>
    T run(net::task<T> work)
    {
        std::optional<T> outcome;
        std::exception_ptr thrown;
        auto ended = [&](std::exception_ptr failure, T value) {
            thrown = failure;
            outcome.emplace(std::move(value));
        };
        asio::co_spawn(context_, std::move(work), std::move(ended));
        while (!outcome)
            step();
        if (thrown)
            std::rethrow_exception(thrown);
        return std::move(*outcome);
    }

    // Until nothing is left to do but to wait for time.
    void settle()
    {
        context_.restart();
        context_.poll();
    }

private:
    void step()
    {
        context_.restart();
        if (context_.poll() == 0 && !time_.advance())
            throw std::runtime_error("everything waits for something that cannot come");
    }

    manual_clock& time_;
    asio::io_context context_{1};
};

}  // namespace smol::test
