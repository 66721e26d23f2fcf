#pragma once

// The clock that orders everything: microseconds since 1970, strictly increasing, never back, not
// even over restarts or when the wall clock jumps. Tickets expire by it.
//
// How: a ceiling is kept in the index, ahead of time. No value above the ceiling is ever given out,
// and after a restart the clock starts at the ceiling. Between reservations it follows the wall
// clock; where it is ahead of that, by a restart or because the wall clock was set back, it runs at
// half its speed until the wall clock has caught up. Thread-safe.

#include "common/base/result.hpp"
#include "common/net/clock.hpp"

#include <chrono>
#include <cstdint>
#include <mutex>

namespace smol::master {

class generation_clock
{
public:
    // How far ahead the ceiling is reserved, and when it is time to reserve again.
    static constexpr std::chrono::microseconds reserve_ahead = std::chrono::seconds(60);
    static constexpr std::chrono::microseconds reserve_when_left = std::chrono::seconds(30);

    // `time` must outlive this. Stands still at 0 until start().
    explicit generation_clock(net::clock& time);

    // `floor`: the ceiling that an earlier process reserved, 0 if there was none.
    // `ceiling`: what has been reserved for this one, durably; above `floor`.
    void start(std::uint64_t floor, std::uint64_t ceiling);

    // The ceiling to reserve for a process that starts now.
    std::uint64_t first_ceiling(std::uint64_t floor);

    // A value of its own, above all before. index_failed if the ceiling is reached: the index has
    // taken no reservation for half a minute.
    result<std::uint64_t> next();

    // The time, not below any value given out.
    std::uint64_t now();

    // The ceiling that should be reserved now; 0 if there is no need.
    std::uint64_t wanted_ceiling();

    // Gives out no value any more. What the next process may start with in place of the ceiling.
    std::uint64_t stop();

    // It is on disk.
    void reserved(std::uint64_t ceiling);

private:
    void advance();  // with mutex_ held

    net::clock& time_;
    std::mutex mutex_;
    std::uint64_t last_ = 0;
    std::uint64_t ceiling_ = 0;
    std::chrono::steady_clock::time_point steady_at_last_{};
};

}  // namespace smol::master
