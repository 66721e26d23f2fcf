#pragma once

// A clock that stands still until it is told. Waiting moves it.

#include "common/net/clock.hpp"

#include <chrono>
#include <cstdint>

namespace smol::test {

class fake_clock final : public net::clock
{
public:
    std::uint64_t unix_us() override { return wall_us; }
    std::chrono::steady_clock::time_point steady() override { return steady_now; }
    std::uint64_t random() override { return random_state++; }

    net::task<void> wait(std::chrono::milliseconds span) override
    {
        advance(span);
        co_return;
    }

    // Both clocks, as time passes.
    void advance(std::chrono::microseconds span)
    {
        wall_us += static_cast<std::uint64_t>(span.count());
        steady_now += span;
    }

    std::uint64_t wall_us = 1'763'800'000'000'000;  // set it for a jump
    std::chrono::steady_clock::time_point steady_now{std::chrono::hours(1)};
    std::uint64_t random_state = 0;
};

}  // namespace smol::test
