#pragma once

// Directories by path, made so that they survive power loss. May block on the disk.

#include "common/base/result.hpp"

#include <string>

namespace smol::io {

// Makes what is missing of `path`, each with the permissions `mode`, and flushes the parent of each
// one made: a value acknowledged below a directory whose own name is not on disk would be lost with
// it. Directories that are there stay as they are. The errno of the call that failed.
result<void> make_directories(const std::string& path, unsigned mode);

}  // namespace smol::io
