#pragma once

// What was measured: counts, bytes, latencies and failures, of each kind of operation. Not
// thread-safe: one for each worker, merged at the end.

#include "bench/load/histogram.hpp"
#include "bench/load/task.hpp"

#include <array>
#include <cstdint>
#include <map>

namespace smol::load {

struct operation_tally
{
    std::uint64_t done = 0;   // rightly
    std::uint64_t bytes = 0;  // of values, either way; of a list: its body
    histogram latency;        // of those
};

class tally
{
public:
    void record(operation what, std::uint64_t nanoseconds, std::uint64_t bytes);
    void record_failure(failure why, unsigned status);
    void merge(const tally& other);

    const operation_tally& of(operation what) const
    {
        return operations_[static_cast<std::size_t>(what)];
    }
    std::uint64_t done() const;
    std::uint64_t failed() const;
    std::uint64_t failed_by(failure why) const { return failures_[static_cast<std::size_t>(why)]; }
    const std::map<unsigned, std::uint64_t>& statuses() const { return statuses_; }  // unexpected
    histogram latency() const;  // of all operations

    std::uint64_t listed = 0;      // keys in lists
    std::uint64_t unstarted = 0;   // open loop: due, but no user was free until the end
    std::uint64_t reconnects = 0;  // the server had closed a kept connection

private:
    std::array<operation_tally, operations> operations_;
    std::array<std::uint64_t, failures> failures_{};
    std::map<unsigned, std::uint64_t> statuses_;
};

}  // namespace smol::load
