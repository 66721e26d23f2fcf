#pragma once

// Work that may block runs on a pool and resumes its coroutine on the loop it came from.
//
//     auto found = co_await offload(disk_pool, [&] { return io::facts_of(file); });
//
// Capturing by reference is safe because the coroutine waits in place, and because a loop that ends
// waits for its work on pools before it destroys any coroutine (lent_work). The work must not throw
// anything but std::bad_alloc (which ends the process) and must not touch the loop.

#include "common/net/task.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>

namespace smol::net {

// Threads for blocking calls. Thread-safe. Each disk has a pool of its own, so that a slow disk
// delays nobody else. Destruction finishes what is queued; it must come after loops::stop.
class pool
{
public:
    explicit pool(std::size_t threads);
    ~pool();
    pool(const pool&) = delete;

    void submit(std::function<void()> work);
    // Wakes nobody: it is done when somebody is awake the next time.
    void submit_later(std::function<void()> work);

private:
    struct state;
    std::unique_ptr<state> state_;
};

// Counts what coroutines of one io_context have out on pools; one service for each context.
// Thread-safe.
class lent_work : public asio::execution_context::service
{
public:
    using key_type = lent_work;
    static asio::execution_context::id id;

    explicit lent_work(asio::execution_context& owner) : service(owner) {}

    void lend() noexcept;
    void give_back() noexcept;
    void wait_until_back() noexcept;

private:
    void shutdown() override { wait_until_back(); }

    std::mutex mutex_;
    std::condition_variable returned_;
    std::size_t out_ = 0;
};

// One piece of work on its way to a pool and back. Its handler holds the coroutine.
template <typename Work, typename Value, typename Handler>
class errand
{
public:
    errand(Work& work, executor home, Handler handler)
        : work_(&work), home_(asio::make_work_guard(home)), handler_(std::move(handler)),
          lent_(&asio::use_service<lent_work>(home.context()))
    {
        lent_->lend();
    }

    // On the pool. The context may be gone once `lent` has it back, so that is last.
    static void run(std::shared_ptr<errand> self)
    {
        auto* lent = self->lent_;
        self->outcome_.emplace((*self->work_)());
        const auto home = self->home_.get_executor();
        asio::post(home, [self = std::move(self)] { self->finish(); });
        lent->give_back();
    }

private:
    void finish()
    {
        home_.reset();
        auto handler = std::move(handler_);
        handler(std::move(*outcome_));
    }

    Work* work_;
    asio::executor_work_guard<executor> home_;
    Handler handler_;
    lent_work* lent_;
    std::optional<Value> outcome_;
};

// `Work` returns a value (not void).
template <typename Work>
task<std::invoke_result_t<Work>> offload(pool& on, Work work)
{
    using value = std::invoke_result_t<Work>;
    const auto home = co_await asio::this_coro::executor;
    auto start = [&](auto handler) {
        using trip = errand<Work, value, decltype(handler)>;
        on.submit([trip_ = std::make_shared<trip>(work, home, std::move(handler))]() mutable {
            trip::run(std::move(trip_));
        });
    };
    const asio::use_awaitable_t<executor> token;
    co_return co_await asio::async_initiate<const asio::use_awaitable_t<executor>, void(value)>(
        start, token);
}

}  // namespace smol::net
