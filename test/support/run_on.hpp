#pragma once

// Runs a coroutine on a loop and waits for it on the test's thread, at most 30 s.

#include "common/net/loop.hpp"
#include "common/net/task.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include <chrono>
#include <future>
#include <stdexcept>

namespace smol::test {

template <typename T>
T run_on(net::loop& home, net::task<T> work)
{
    auto outcome = asio::co_spawn(home.get_executor(), std::move(work), asio::use_future);
    if (outcome.wait_for(std::chrono::seconds(30)) != std::future_status::ready)
        throw std::runtime_error("the coroutine did not end");
    return outcome.get();
}

// Until `holds` does, at most 20 s; whether it did.
template <typename Condition>
bool eventually(Condition holds)
{
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!holds())
    {
        if (std::chrono::steady_clock::now() > end)
            return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return true;
}

}  // namespace smol::test
