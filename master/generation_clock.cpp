#include "master/generation_clock.hpp"

#include <algorithm>

namespace smol::master {

generation_clock::generation_clock(net::clock& time) : time_(time), steady_at_last_(time.steady())
{}

void generation_clock::start(std::uint64_t floor, std::uint64_t ceiling)
{
    const std::lock_guard lock(mutex_);
    last_ = floor;
    ceiling_ = ceiling;
    steady_at_last_ = time_.steady();
}

std::uint64_t generation_clock::first_ceiling(std::uint64_t floor)
{
    const auto ahead = static_cast<std::uint64_t>(reserve_ahead.count());
    return std::max(time_.unix_us(), floor) + ahead;
}

void generation_clock::advance()
{
    const auto steady = time_.steady();
    const auto elapsed =
        std::chrono::duration_cast<std::chrono::microseconds>(steady - steady_at_last_).count();
    // Ahead of the wall clock it runs at half its speed, until that has caught up.
    const auto reckoned =
        last_ + static_cast<std::uint64_t>(std::max<std::int64_t>(elapsed, 0)) / 2;
    const auto reached = std::min(std::max(time_.unix_us(), reckoned), ceiling_);
    if (reached <= last_)
        return;  // keeps what elapsed for the next time, so that microseconds are not lost
    last_ = reached;
    steady_at_last_ = steady;
}

result<std::uint64_t> generation_clock::next()
{
    const std::lock_guard lock(mutex_);
    const auto before = last_;
    advance();
    if (last_ == before)
    {
        if (last_ >= ceiling_)
            return errc::index_failed;
        ++last_;
    }
    return last_;
}

std::uint64_t generation_clock::now()
{
    const std::lock_guard lock(mutex_);
    advance();
    return last_;
}

std::uint64_t generation_clock::wanted_ceiling()
{
    const std::lock_guard lock(mutex_);
    const auto time = std::max(time_.unix_us(), last_);
    const auto left = static_cast<std::uint64_t>(reserve_when_left.count());
    if (time + left < ceiling_)
        return 0;
    return time + static_cast<std::uint64_t>(reserve_ahead.count());
}

std::uint64_t generation_clock::stop()
{
    const std::lock_guard lock(mutex_);
    advance();
    ceiling_ = last_;
    return last_;
}

void generation_clock::reserved(std::uint64_t ceiling)
{
    const std::lock_guard lock(mutex_);
    ceiling_ = std::max(ceiling_, ceiling);
}

}  // namespace smol::master
