#pragma once

// The bytes of a value. They follow from a seed (of key and generation), cost nothing to make and
// are compared at the speed of memory: 16 bytes of the seed's own, then blocks of 16 KiB, each a
// piece of one shared table of random bytes at a place drawn from seed and block number. So the
// bytes of another key, of another generation or of another place in the value are found out.
// Pure; thread-safe.

#include "common/base/bytes.hpp"

#include <array>
#include <cstdint>
#include <span>

namespace smol::load {

class value_content
{
public:
    static constexpr std::uint64_t block_bytes = 16 * KiB;

    value_content() = default;
    explicit value_content(std::uint64_t seed);
    static value_content of(std::uint64_t run, std::uint64_t key, std::uint64_t generation);

    // The bytes from `offset` on, at least one and at most `most` (not 0), up to the end of their
    // block. Valid as long as this object.
    byte_view piece(std::uint64_t offset, std::uint64_t most) const;

    // Whether `bytes` are those at `offset`.
    bool matches(std::uint64_t offset, byte_view bytes) const;

private:
    std::uint64_t seed_ = 0;
    std::array<std::byte, 16> lead_{};
};

}  // namespace smol::load
