#pragma once

// Taking possession of a volume's directory at start: made if it is not there, locked, identified.
// Blocks; before any loop runs.

#include "common/io/unique_fd.hpp"
#include "common/wire/identity.hpp"

#include <cstdint>
#include <string>

namespace smol::volume {

// All throw std::runtime_error with a sentence for the operator.
io::unique_fd open_volume_directory(const std::string& path);

// Held until the descriptor closes, also by a crash.
io::unique_fd lock_volume_directory(int directory, const std::string& path);

// What volume.json says; made, with a name from `random`, if there is none.
wire::identity identify_volume(int directory, const std::string& path, std::uint64_t random);

}  // namespace smol::volume
