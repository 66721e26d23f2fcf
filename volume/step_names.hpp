#pragma once

// Names of the steps of docs/ARCHITECTURE.md, for failpoints, by the part a volume has in a write.

#include <string_view>

namespace smol::volume {

struct step_names
{
    std::string_view created, piece, attributes, data, name;
};
inline constexpr step_names first_steps{
    "S3.first", "S4.first", "S5.first.attributes", "S5.first.data", "S5.first.name"};
inline constexpr step_names replica_steps{
    "S3.replica", "S4.replica", "S5.replica.attributes", "S5.replica.data", "S5.replica.name"};

}  // namespace smol::volume
