#pragma once

// How large values are: the size of a value follows from its number alone, so that a reader knows
// it without being told. Pure.

#include "common/base/result.hpp"

#include <cstdint>
#include <string_view>

namespace smol::load {

class size_law
{
public:
    // "4KiB": all alike. "1KiB..1MiB": log-uniform, each power of two as likely as the next, both
    // ends included. "zipf:1KiB..1MiB": the i-th power of two with a weight of 1/i, so that small
    // ones are common. malformed_request for anything else.
    static result<size_law> parse(std::string_view text);

    static size_law fixed(std::uint64_t bytes);

    std::uint64_t of(std::uint64_t number) const;
    std::uint64_t largest() const { return largest_; }

private:
    enum class shape
    {
        fixed,
        log_uniform,
        zipf,
    };

    size_law(shape is, std::uint64_t smallest, std::uint64_t largest);

    std::uint64_t zipf_of(std::uint64_t bits) const;

    shape is_;
    std::uint64_t smallest_;
    std::uint64_t largest_;
};

}  // namespace smol::load
