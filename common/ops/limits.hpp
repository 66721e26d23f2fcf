#pragma once

// Limits of the process that a server lifts for itself.

#include <cstdint>

namespace smol::ops {

// Lets the process have as many descriptors as the system allows it (setrlimit(2)): login shells
// give 1,024 and every connection needs one. Without the right to more nothing changes.
// How many it has now.
std::uint64_t raise_descriptor_limit() noexcept;

}  // namespace smol::ops
