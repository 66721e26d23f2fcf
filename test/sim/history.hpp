#pragma once

// One history: a cluster, its clients and faults, all from one seed, and what is wrong with it.

#include "test/sim/counters.hpp"

#include <cstdint>
#include <string>

namespace smol::sim {

struct verdict
{
    std::string fault;  // empty: none
    std::uint64_t hash = 0;
    counters count;
};

verdict run_history(std::uint64_t seed, bool is_verbose);

}  // namespace smol::sim
