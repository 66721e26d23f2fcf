#pragma once

// Asks the master what shall become of staged blobs that nobody works on, and does it. Written
// against the seams only.

#include "common/net/clock.hpp"
#include "volume/blob_store.hpp"
#include "volume/peers.hpp"
#include "volume/site.hpp"

#include <string>

namespace smol::volume {

// One round over what is due; how many were asked about. Errors are those of the question.
net::task<result<std::size_t>> sweep_staging(
    blob_store& store, peers& others, net::clock& time, const std::string& volume);

// Round after round while the volume is joined, until its loop ends.
net::task<void> sweep_for_ever(site& here, served_volume& of);

}  // namespace smol::volume
