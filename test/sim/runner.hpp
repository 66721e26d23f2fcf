#pragma once

// Many histories on all cores: one process for each, results over pipes, a line of progress.

#include "test/sim/counters.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace smol::sim {

struct order
{
    std::uint64_t from = 1;
    std::uint64_t seeds = 0;  // 0: until `seconds` have passed
    std::uint64_t seconds = 0;
    unsigned jobs = 1;
    std::uint64_t faults_max = 10;  // then it ends
    bool is_quiet = false;
};

struct found_fault
{
    std::uint64_t seed = 0;
    std::string what;
};

struct summary
{
    counters count;
    std::vector<found_fault> faults;
    std::uint64_t hash = 0;  // of all histories, whatever the number of jobs
    double seconds = 0;
};

summary run_all(const order& what);

}  // namespace smol::sim
