#pragma once

// One thread of the load generator: its users, and when each of them begins. Between two runs the
// connections stay open.

#include "bench/load/origins.hpp"
#include "bench/load/places.hpp"
#include "bench/load/poller.hpp"
#include "bench/load/script.hpp"
#include "bench/load/tally.hpp"
#include "bench/load/user.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <vector>

namespace smol::load {

// What of a run counts.
struct window
{
    time_point begin;                      // the first operation
    time_point from;                       // measured from here: after the warm-up
    time_point to = time_point::max();     // nothing begins after it
    std::chrono::nanoseconds interval{0};  // open loop: between two beginnings; 0: closed loop
    std::chrono::nanoseconds timeout{0};   // of an operation
};

class worker
{
public:
    // `how` must outlive the worker. Throws system_error.
    worker(const manners& how, std::size_t users, origins servers, places remembered);

    // Until the window ends or the script has no more, and what was begun has ended. Called from
    // one thread at a time.
    tally run(script& from, const window& in);

private:
    void begin_due(script& from, const window& in, time_point now);
    void settle(script& from, const window& in, user& one, const outcome& of);
    void sweep(script& from, const window& in, time_point now);
    std::chrono::nanoseconds patience(const window& in, time_point now) const;
    bool is_over(const window& in, time_point now) const;

    const manners& how_;
    poller events_;
    origins servers_;
    places remembered_;
    std::vector<std::byte> scratch_;
    std::vector<std::unique_ptr<user>> users_;

    // Of the run.
    tally counted_;
    std::vector<user*> idle_;
    std::vector<user*> resting_;  // after a failure, until the next sweep
    std::size_t busy_ = 0;
    time_point due_;  // open loop: the next beginning
    time_point swept_;
};

}  // namespace smol::load
