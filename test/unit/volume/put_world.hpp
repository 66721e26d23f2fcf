#pragma once

// What tests of a PUT on three volumes ask and look at.

#include "test/support/memory_cluster.hpp"
#include "volume/blob_paths.hpp"

#include <catch2/catch.hpp>

#include <cstdint>
#include <string>

namespace smol::test {

inline constexpr std::uint64_t generation = 1'000'000'001;

inline std::size_t staged_on(const memory_cluster& in, std::size_t which)
{
    std::size_t count = 0;
    for (const auto& path : in.members[which]->disk.files())
        count += path.starts_with(".smol/staging/") ? 1 : 0;
    return count;
}

inline std::size_t files_everywhere(const memory_cluster& in)
{
    std::size_t count = 0;
    for (const auto& one : in.members)
        count += one->disk.files().size();
    return count;
}

inline memory_body hello(length_is known = length_is::known)
{
    return {{"hel", "lo"}, known};
}

// Bodies of known length are received before they are staged, or as they come.
inline std::uint64_t either_way()
{
    return GENERATE(std::uint64_t{volume::small_value_bytes_max}, std::uint64_t{0});
}

// As with each beat.
inline void observe_space(memory_cluster& in, std::size_t which)
{
    REQUIRE(in.run(in.members[which]->store->observe_space()));
}

// What the blob of that key says of itself; it is staged.
inline wire::description staged_description(memory_cluster& in, std::size_t which)
{
    const auto path = volume::staging_path(key::blob_name("k"), generation);
    const auto& attributes = in.members[which]->disk.names().find(path)->now.attributes;
    return wire::parse_description("k", attributes.at(wire::blob_attribute)).value();
}

inline std::string read(memory_cluster& in, std::size_t which, std::uint64_t at_least)
{
    auto found = in.run(in.members[which]->store->find("k", {at_least, xxh3_of("hello")}, 1 * MiB));
    return found ? (*found)->bytes : std::string(name_of(found.error()));
}

}  // namespace smol::test
