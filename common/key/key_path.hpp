#pragma once

// Where a value lies on a volume: key -> "ab/abcd/<md5>". Pure, thread-safe.
// This layout is on disk for ever; a change needs a migration (docs/DISK_FORMAT.md).

#include "common/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace smol::key {

// MD5 of the key in 32 lower-case hexadecimal digits. It places and names a value; it does not
// identify it: different keys can be made to share it (docs/DISK_FORMAT.md).
std::string blob_name(std::string_view key);

// True for exactly 32 lower-case hexadecimal digits.
bool is_blob_name(std::string_view name) noexcept;

// "ab/abcd/<name>" below the volume's directory. `name` must be a blob name. Always 40 characters.
std::string blob_path(std::string_view name);

// "<name>.<generation>", the generation in 16 hexadecimal digits so that names sort by it.
std::string staging_name(std::string_view name, std::uint64_t generation);

struct staged_name
{
    std::string name;
    std::uint64_t generation;
};

// The reverse; format_damaged for anything `staging_name` would not write.
result<staged_name> parse_staging_name(std::string_view file_name);

}  // namespace smol::key
