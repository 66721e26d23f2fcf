#include "bench/load/tally.hpp"

#include <numeric>

namespace smol::load {

void tally::record(operation what, std::uint64_t nanoseconds, std::uint64_t bytes)
{
    auto& one = operations_[static_cast<std::size_t>(what)];
    ++one.done;
    one.bytes += bytes;
    one.latency.record(nanoseconds);
}

void tally::record_failure(failure why, unsigned status)
{
    ++failures_[static_cast<std::size_t>(why)];
    if (why == failure::status)
        ++statuses_[status];
}

void tally::merge(const tally& other)
{
    for (std::size_t i = 0; i < operations; ++i)
    {
        operations_[i].done += other.operations_[i].done;
        operations_[i].bytes += other.operations_[i].bytes;
        operations_[i].latency.merge(other.operations_[i].latency);
    }
    for (std::size_t i = 0; i < failures; ++i)
        failures_[i] += other.failures_[i];
    for (const auto& [status, count] : other.statuses_)
        statuses_[status] += count;
    listed += other.listed;
    unstarted += other.unstarted;
    reconnects += other.reconnects;
}

std::uint64_t tally::done() const
{
    std::uint64_t sum = 0;
    for (const auto& one : operations_)
        sum += one.done;
    return sum;
}

std::uint64_t tally::failed() const
{
    return std::accumulate(failures_.begin(), failures_.end(), std::uint64_t{0});
}

histogram tally::latency() const
{
    histogram all;
    for (const auto& one : operations_)
        all.merge(one.latency);
    return all;
}

}  // namespace smol::load
