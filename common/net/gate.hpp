#pragma once

// Counts work in flight, refuses new work once closed, and tells when the last has left.
// Thread-safe.

#include "common/net/clock.hpp"
#include "common/net/loop.hpp"
#include "common/net/task.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <exception>
#include <string_view>

namespace smol::net {

class gate
{
public:
    class pass
    {
    public:
        pass() = default;
        pass(pass&& other) noexcept;
        pass& operator=(pass&& other) noexcept;
        ~pass();
        explicit operator bool() const noexcept { return of_ != nullptr; }

    private:
        friend class gate;
        explicit pass(gate* of) noexcept : of_(of) {}
        gate* of_ = nullptr;
    };

    // Empty if the gate is closed, or `limit` passes are out.
    pass enter(std::size_t limit = static_cast<std::size_t>(-1)) noexcept;
    void close() noexcept { closed_.store(true); }
    bool is_closed() const noexcept { return closed_.load(); }
    std::size_t inside() const noexcept { return inside_.load(); }

    // Waits for zero, at most `limit`; true if it came.
    task<bool> drained(clock& time, std::chrono::milliseconds limit);

private:
    std::atomic<std::size_t> inside_{0};
    std::atomic<bool> closed_{false};
};

// Runs `work` on its own, soon and not at once, counted by `counted`; nothing happens if that is
// closed. What it throws is logged under `name`, and ends only it. Call from any thread.
void spawn(loop& home, gate& counted, std::string_view name, task<void> work);
void spawn(executor on, gate& counted, std::string_view name, task<void> work);

// The same, under a pass that was taken before; it is given up when the work has ended.
void spawn(loop& home, gate::pass taken, std::string_view name, task<void> work);
void spawn(executor on, gate::pass taken, std::string_view name, task<void> work);

// How they log it: nothing if nothing was thrown, or if a wait was cancelled. Anything but a
// std::exception is thrown on.
void log_task_failed(std::string_view name, const std::exception_ptr& failure);

}  // namespace smol::net
