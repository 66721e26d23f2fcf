#pragma once

// Names below a volume's directory (docs/DISK_FORMAT.md). Pure.

#include "common/key/key_path.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace smol::volume {

inline const std::string program_directory = ".smol";
inline const std::string staging_directory = ".smol/staging";
inline const std::string quarantine_directory = ".smol/quarantine";
inline const std::string identity_path = ".smol/volume.json";
inline const std::string lock_path = ".smol/lock";

// Of staging files: who wrote them. It stays with the blob, where it says nothing any more.
inline constexpr const char* role_attribute = "user.smol.role";
inline constexpr const char* first_role = "first";
inline constexpr const char* replica_role = "replica";

inline std::string staging_path(std::string_view name, std::uint64_t generation)
{
    return staging_directory + "/" + key::staging_name(name, generation);
}

}  // namespace smol::volume
