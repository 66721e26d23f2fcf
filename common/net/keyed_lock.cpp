#include "common/net/keyed_lock.hpp"

#include "common/net/sleeper.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <utility>

namespace smol::net {

struct keyed_lock::waiter : sleeper
{
    using sleeper::sleeper;
    bool granted = false;  // under the lock's mutex
};

// A place in the queue. A coroutine that is destroyed while it waits gives it up, or passes on what
// it was granted and never took.
class keyed_lock::place
{
public:
    place(keyed_lock& of, const std::string& key, std::shared_ptr<waiter> who)
        : of_(of), key_(key), who_(std::move(who))
    {}
    place(const place&) = delete;
    ~place()
    {
        if (who_)
            of_.leave(key_, who_);
    }

    waiter* who() noexcept { return who_.get(); }
    void taken() noexcept { who_.reset(); }

private:
    keyed_lock& of_;
    const std::string& key_;
    std::shared_ptr<waiter> who_;
};

keyed_lock::hold::hold(hold&& other) noexcept
    : of_(std::exchange(other.of_, nullptr)), key_(std::move(other.key_))
{}

keyed_lock::hold& keyed_lock::hold::operator=(hold&& other) noexcept
{
    std::swap(of_, other.of_);
    std::swap(key_, other.key_);
    return *this;
}

keyed_lock::hold::~hold()
{
    if (of_)
        of_->release(key_);
}

task<keyed_lock::hold> keyed_lock::lock(std::string key)
{
    const auto home = co_await asio::this_coro::executor;
    place mine(*this, key, enter(key, home));
    if (mine.who())
    {
        co_await mine.who()->sleep();
        if (!is_granted(*mine.who()))
            throw_cancelled();
        mine.taken();
    }
    co_return hold(*this, key);
}

std::shared_ptr<keyed_lock::waiter> keyed_lock::enter(const std::string& key, const executor& home)
{
    const std::lock_guard lock(mutex_);
    const auto [found, is_free] = waiting_.try_emplace(key);
    if (is_free)
        return nullptr;
    found->second.push_back(std::make_shared<waiter>(home));
    return found->second.back();
}

bool keyed_lock::is_granted(const waiter& who) noexcept
{
    const std::lock_guard lock(mutex_);
    return who.granted;
}

void keyed_lock::leave(const std::string& key, const std::shared_ptr<waiter>& who) noexcept
{
    {
        const std::lock_guard lock(mutex_);
        if (!who->granted)
        {
            auto& queue = waiting_.find(key)->second;
            queue.erase(std::find(queue.begin(), queue.end(), who));
            return;
        }
    }
    release(key);
}

void keyed_lock::release(const std::string& key) noexcept
{
    const std::lock_guard lock(mutex_);
    const auto found = waiting_.find(key);
    if (found->second.empty())
    {
        waiting_.erase(found);
        return;
    }
    auto next = std::move(found->second.front());
    found->second.pop_front();
    next->granted = true;
    sleeper::wake(std::move(next));
}

}  // namespace smol::net
