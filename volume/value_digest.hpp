#pragma once

// The digests of a value that is arriving: XXH3-128 always, MD5 by the rule of docs/DISK_FORMAT.md.
// Pure.

#include "common/base/digest.hpp"

#include <cstdint>
#include <optional>

namespace smol::volume {

// Up to this size the MD5 of a value is kept without being asked for: above it costs more than
// moving it.
inline constexpr std::uint64_t md5_bytes_max = 1 * MiB;

enum class md5_rule
{
    small,    // computed as long as the value is not over `md5_bytes_max`
    always,   // computed: the client sent Content-MD5, or --md5 always
    follows,  // not computed: the first volume sends it after the value
};

// Whether the MD5 of a value of that length is computed.
bool computes_md5(md5_rule rule, std::uint64_t length) noexcept;

class value_digest
{
public:
    // `length`: of the value, if it is known.
    value_digest(md5_rule rule, std::optional<std::uint64_t> length);

    void update(byte_view bytes);

    std::uint64_t size() const noexcept { return size_; }
    xxh3_digest xxh3() const { return xxh3_.value(); }
    // Once, after the last byte.
    std::optional<md5_digest> finish_md5();

private:
    md5_rule rule_;
    std::optional<std::uint64_t> length_;
    std::uint64_t size_ = 0;
    xxh3_stream xxh3_;
    std::optional<md5_stream> md5_;
};

}  // namespace smol::volume
