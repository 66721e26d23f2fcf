#pragma once

// The faults of one history: which kinds there are, drawn from the seed, and when they strike.

#include "test/sim/cluster.hpp"

#include <cstdint>

namespace smol::sim {

class faults
{
public:
    explicit faults(cluster& on);
    faults(const faults&) = delete;

    // Kills and power cuts strike at events, everything else at times.
    void begin();
    // No more of them; what is down starts, what is broken is replaced.
    void heal();

private:
    void strike(life& at);
    void supervise();
    void plan_strikes();
    void plan_network();
    void plan_partitions();
    void plan_disks();
    void plan_clocks();
    void cut_all_power();

    cluster& cluster_;
    world& world_;
    chance& fate_;
    bool is_over_ = false;
    std::uint64_t kill_of_10000_ = 0;
    std::uint64_t cut_of_10000_ = 0;
    std::uint64_t cut_all_of_10000_ = 0;
    std::uint64_t flip_of_10000_ = 0;
    std::uint64_t strikes_left_ = 0;
    moment horizon_ = 0;
};

}  // namespace smol::sim
