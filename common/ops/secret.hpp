#pragma once

// The cluster's secret from a file.

#include "common/base/result.hpp"

#include <string>

namespace smol::ops {

inline constexpr std::size_t secret_bytes_min = 16;

// The file's content without a final newline. secret_unsafe: readable by group or others, shorter
// than 16 bytes, or unreadable. systemd credentials (mode 0440 and owned by root) are taken if they
// lie in $CREDENTIALS_DIRECTORY.
result<std::string> read_secret_file(const std::string& path);

}  // namespace smol::ops
