#pragma once

// Limits of the process and of the machine: those that a server lifts for itself, and those that it
// goes by.

#include <cstdint>

namespace smol::ops {

// Lets the process have as many descriptors as the system allows it (setrlimit(2)): login shells
// give 1,024 and every connection needs one. Without the right to more nothing changes.
// How many it has now.
std::uint64_t raise_descriptor_limit() noexcept;

// Memory of the machine, in bytes, or of the container (memory.max of the control group that is
// mounted as the root, see cgroups(7)) if that has less.
std::uint64_t memory_bytes();

}  // namespace smol::ops
