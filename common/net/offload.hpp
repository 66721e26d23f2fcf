#pragma once

// Work that may block runs on a pool and resumes its coroutine on the loop it came from.
//
//     auto found = co_await offload(disk_pool, [&] { return io::facts_of(file); });
//
// Capturing by reference is safe because the coroutine waits in place. The work must not throw
// anything but std::bad_alloc (which ends the process) and must not touch the loop.

#include "common/net/task.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

namespace smol::net {

// Threads for blocking calls. Thread-safe. Each disk has a pool of its own, so that a slow disk delays
// nobody else. Destruction finishes what is queued.
class pool
{
public:
    explicit pool(std::size_t threads);
    ~pool();
    pool(const pool&) = delete;

    void submit(std::function<void()> work);

private:
    struct state;
    std::unique_ptr<state> state_;
};

template <typename Work>
task<std::invoke_result_t<Work>> offload(pool& on, Work work)
{
    using value = std::invoke_result_t<Work>;
    const auto home = co_await asio::this_coro::executor;
    auto start = [&](auto handler) {
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        auto guard = asio::make_work_guard(home);
        on.submit([&work, shared, guard] {
            auto done = [shared, outcome = std::make_shared<value>(work())] {
                (*shared)(std::move(*outcome));
            };
            asio::post(guard.get_executor(), std::move(done));
        });
    };
    using token = asio::use_awaitable_t<executor>;
    auto pending = asio::async_initiate<const token, void(value)>(std::move(start), token{});
    auto outcome = co_await std::move(pending);
    co_return outcome;
}

}  // namespace smol::net
