#pragma once

// The write protocol of docs/ARCHITECTURE.md as a volume lives it, steps S3 to S10. Written against
// the seams only (disk, peers, clock), so that it runs under the simulator as it runs in a server.

#include "common/net/body.hpp"
#include "common/net/clock.hpp"
#include "volume/blob_store.hpp"
#include "volume/cluster_link.hpp"
#include "volume/commit_line.hpp"
#include "volume/peers.hpp"
#include "volume/put_order.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace smol::volume {

inline constexpr std::uint64_t small_value_bytes_max = 64 * KiB;

// Whom a write works with. All outlive it.
struct put_context
{
    blob_store& store;
    peers& others;
    commit_line& commits;
    net::clock& time;
    const cluster_link& link;
    // Up to this known length a value is received before it is staged. No body of it comes by pipe.
    std::uint64_t small_bytes_max = small_value_bytes_max;
};

struct put_limits
{
    // For a replica to catch up and be durable, once the first volume is: so much, and a second for
    // every so many bytes.
    std::chrono::milliseconds replica_tail{30'000};
    std::uint64_t replica_bytes_per_second_min = 4 * MiB;

    // The master's answer to a commit is asked for again for so long.
    std::chrono::milliseconds commit_patience{20'000};
    std::chrono::milliseconds commit_pause_min{100};
    std::chrono::milliseconds commit_pause_max{2'000};
};

// A volume that has the value staged, and the upload that brought it there.
struct holder
{
    wire::place at;
    std::uint64_t upload = 0;
};

struct put_value_answer
{
    wire::commit_outcome outcome = wire::commit_outcome::refused;
    wire::description value;
    std::vector<holder> holders;  // this volume first
};

// On the first volume. Errors: those of blob_store::stage and receive_value; too_few_volumes; the
// master's refusal; outcome_unknown: the master did not say in time, the value may be the key's.
// After an error the staged blob is gone, or waits for the sweep to have its commit ruled out.
net::task<result<put_value_answer>> put_value(const put_context& with,
    const put_order& order,
    net::body_source& body,
    const put_limits& limits = {});

// On each of the others: staged and durable, or nothing left.
net::task<result<wire::receipt>> stage_replica(
    const put_context& with, const put_order& order, net::body_source& body);

// S10 here; publisher tells the others. A failure is logged: the sweep will ask.
net::task<void> publish_value(put_context with, wire::description about, std::uint64_t upload);

}  // namespace smol::volume
