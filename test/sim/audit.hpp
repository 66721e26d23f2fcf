#pragma once

// Whether index and volumes agree exactly, once everything has settled.

#include "test/sim/cluster.hpp"

#include <string>

namespace smol::sim {

// Nothing is staged, no deletion waits, no tombstone and no answer to a commit is kept. Empty if
// so, else what is left.
std::string unsettled(cluster& of);

// Every blob is the value of a record that names its volume, and every such value is there whole,
// unless a bit of it was flipped. Empty if so.
std::string disagreement(cluster& of);

// Every blob that a volume has at hand for the next GET is the one that has its name on the disk.
// Empty if so.
std::string stale_blobs(cluster& of, std::size_t keys);

}  // namespace smol::sim
