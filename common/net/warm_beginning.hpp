#pragma once

// How much of a file's beginning was in the page cache a moment ago, so that whoever sends it again
// need not ask the kernel. That is sound because the kernel throws out first what was not used for
// long. Where it did otherwise, one loop waits for one read of the disk, and has it in the cache
// again. Thread-safe.

#include <atomic>
#include <chrono>
#include <cstdint>

namespace smol::net {

class warm_beginning
{
public:
    using time_point = std::chrono::steady_clock::time_point;

    // Whether all bytes before `end` were there within the last second.
    bool reaches(std::uint64_t end, time_point now) const noexcept
    {
        const auto last = seen_.load(std::memory_order_relaxed);
        return end <= (last & end_max) && milliseconds_of(now) - (last >> end_bits) <= moment_ms;
    }

    // All bytes before `end` are there and will be sent. A longer beginning keeps its time: that
    // some of it is used says nothing of the rest.
    void saw(std::uint64_t end, time_point now) noexcept
    {
        if (end <= end_max && !reaches(end + 1, now))
            seen_.store(milliseconds_of(now) << end_bits | end, std::memory_order_relaxed);
    }

private:
    static constexpr unsigned end_bits = 24;  // 16 MiB; the time has the others, for 34 years
    static constexpr std::uint64_t end_max = (std::uint64_t{1} << end_bits) - 1;
    static constexpr std::uint64_t moment_ms = 1'000;

    static std::uint64_t milliseconds_of(time_point now) noexcept
    {
        using std::chrono::milliseconds;
        const auto since = std::chrono::duration_cast<milliseconds>(now.time_since_epoch());
        return static_cast<std::uint64_t>(since.count());
    }

    std::atomic<std::uint64_t> seen_{0};  // when, and how far
};

}  // namespace smol::net
