#pragma once

// A whole run: fill, look up, warm up, measure.

#include "bench/load/script.hpp"
#include "bench/load/tally.hpp"
#include "bench/load/user.hpp"

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace smol::load {

struct campaign_plan
{
    std::string url;  // of the front door
    manners how;
    script_plan script;
    std::uint64_t threads = 1;
    std::uint64_t connections = 64;  // users, of all threads
    std::uint64_t rate = 0;          // operations a second, of all threads; 0: closed loop
    std::chrono::milliseconds duration{10'000};  // unless script.count says when it ends
    std::chrono::milliseconds warmup{1'000};
    std::chrono::milliseconds timeout{30'000};
    bool fills = false;          // writes all keys first
    bool remembers = false;      // looks up all keys first, then reads them where they are
    std::vector<pid_t> servers;  // whose CPU time is taken
};

struct campaign_report
{
    tally counted;
    double seconds = 0;  // of what was measured
    double server_cpu_seconds = 0;
    double client_cpu_seconds = 0;
    tally fill;  // writing and looking up
    double fill_seconds = 0;
};

// Throws runtime_error with a sentence for people if it cannot begin.
campaign_report run_campaign(const campaign_plan& plan);

}  // namespace smol::load
