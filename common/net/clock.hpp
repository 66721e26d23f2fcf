#pragma once

// The clock and randomness seam: protocol code asks this and nothing else for time and chance, so
// that the simulator can own both.

#include "common/net/task.hpp"

#include <chrono>
#include <cstdint>
#include <memory>

namespace smol::net {

class clock
{
public:
    virtual ~clock() = default;

    virtual std::uint64_t unix_us() = 0;                         // wall clock; may jump
    virtual std::chrono::steady_clock::time_point steady() = 0;  // never goes back
    virtual std::uint64_t random() = 0;                          // uniform; not for secrets
    virtual task<void> wait(std::chrono::milliseconds span) = 0;
};

// The operating system's. Thread-safe.
std::unique_ptr<clock> make_system_clock();

}  // namespace smol::net
