#pragma once

// A body becomes a staged, durable file: steps S3 to S5 of the write protocol, the same on the
// first volume and on the others. A small one is received before anything is staged, so that the
// disk is visited once for all of it.

#include "common/net/body.hpp"
#include "common/net/clock.hpp"
#include "volume/blob_store.hpp"
#include "volume/put_order.hpp"
#include "volume/replica_feeds.hpp"
#include "volume/tailed_body.hpp"

namespace smol::volume {

// Where a value comes from. On a replica its MD5 may come after it.
struct value_source
{
    net::body_source& body;
    const tailed_body* tail = nullptr;  // `body` as such, if the MD5 follows
};

// What the first volume adds: the others, fed meanwhile. They get the last piece only once the
// whole body has proved good, so that a bad one is durable nowhere.
struct forwarding
{
    replica_feeds& feeds;
    std::size_t replicas_min;  // with fewer that may succeed it is given up
};

// How the value of such a body is staged, S3.
stage_order stage_of(
    const put_order& order, staged_role role, const net::body_source& value, net::clock& time);

// Whether a value is received before it is staged: its length is known, and not over `bytes_max`.
bool is_small(const net::body_source& value, std::uint64_t bytes_max);

// S4 of a small value, whose body comes in memory. body_truncated, body_too_large, digest_mismatch,
// and what the body ends with.
net::task<result<small_value>> receive_small(const put_order& order, value_source from);

// body_truncated, body_too_large, digest_mismatch, too_few_volumes, no_room, volume_read_only, and
// what the body ends with. The caller discards `staged` after an error. All must outlive the await.
net::task<result<wire::description>> receive_value(blob_store& store,
    staged_blob& staged,
    const put_order& order,
    value_source from,
    const forwarding* onward);

}  // namespace smol::volume
