#include "common/net/offload.hpp"

#include <deque>
#include <thread>
#include <vector>

namespace smol::net {

struct pool::state
{
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<std::function<void()>> queue;
    bool ending = false;
    std::vector<std::thread> threads;

    void run()
    {
        std::unique_lock lock(mutex);
        for (;;)
        {
            changed.wait(lock, [this] { return ending || !queue.empty(); });
            if (queue.empty())
                return;
            auto work = std::move(queue.front());
            queue.pop_front();
            lock.unlock();
            work();
            work = nullptr;
            lock.lock();
        }
    }
};

pool::pool(std::size_t threads) : state_(std::make_unique<state>())
{
    for (std::size_t i = 0; i < threads; ++i)
        state_->threads.emplace_back([all = state_.get()] { all->run(); });
}

pool::~pool()
{
    {
        const std::lock_guard lock(state_->mutex);
        state_->ending = true;
    }
    state_->changed.notify_all();
    for (auto& thread : state_->threads)
        thread.join();
}

void pool::submit(std::function<void()> work)
{
    {
        const std::lock_guard lock(state_->mutex);
        state_->queue.push_back(std::move(work));
    }
    state_->changed.notify_one();
}

void pool::submit_later(std::function<void()> work)
{
    const std::lock_guard lock(state_->mutex);
    state_->queue.push_back(std::move(work));
}

asio::execution_context::id lent_work::id;

void lent_work::lend() noexcept
{
    const std::lock_guard lock(mutex_);
    ++out_;
}

void lent_work::give_back() noexcept
{
    // Notified under the lock: whoever waits may destroy this as soon as it sees zero.
    const std::lock_guard lock(mutex_);
    --out_;
    returned_.notify_all();
}

void lent_work::wait_until_back() noexcept
{
    std::unique_lock lock(mutex_);
    returned_.wait(lock, [this] { return out_ == 0; });
}

}  // namespace smol::net
