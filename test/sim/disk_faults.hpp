#pragma once

// How long a disk takes, and what goes wrong with it. One thread.

#include "test/sim/life.hpp"
#include "test/support/memory_disk.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace smol::sim {

class disk_faults
{
public:
    explicit disk_faults(world& in) : world_(in) {}

    // Of one operation of the process that runs.
    std::uint64_t error_of_10000 = 0;  // EIO, once
    bool is_dead = false;              // EIO of everything that writes
    bool is_full = false;
    moment slow_max = 0;  // now and then it takes as long

    // What is asked of the disk takes its time in `of`, and fails as is said above.
    void rule(test::memory_disk& over, life& of);

private:
    net::task<error_code> before(life& of, std::string_view operation, std::string path);
    net::task<void> take_time(life& of);
    error_code fault_of(std::string_view operation);

    world& world_;
};

}  // namespace smol::sim
