#pragma once

// At most one coroutine at a time for each key; the others wait in order. Loops may differ: each
// waiter resumes on its own. Thread-safe. Hold it across awaits on the disk, never across awaits on
// a peer. Must outlive the coroutines that wait or hold.

#include "common/net/task.hpp"

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace smol::net {

class keyed_lock
{
public:
    // Held until destroyed. Move-only.
    class hold
    {
    public:
        hold() = default;
        hold(hold&& other) noexcept;
        hold& operator=(hold&& other) noexcept;
        ~hold();

    private:
        friend class keyed_lock;
        hold(keyed_lock& of, std::string key) : of_(&of), key_(std::move(key)) {}
        keyed_lock* of_ = nullptr;
        std::string key_;
    };

    // Throws operation_aborted if the waiting coroutine is cancelled (awaitable_operators).
    task<hold> lock(std::string key);

private:
    struct waiter;
    class place;

    // Null if the key was free, and is now held.
    std::shared_ptr<waiter> enter(const std::string& key, const executor& home);
    bool is_granted(const waiter& who) noexcept;
    void leave(const std::string& key, const std::shared_ptr<waiter>& who) noexcept;
    void release(const std::string& key) noexcept;

    std::mutex mutex_;
    std::unordered_map<std::string, std::deque<std::shared_ptr<waiter>>> waiting_;
};

}  // namespace smol::net
