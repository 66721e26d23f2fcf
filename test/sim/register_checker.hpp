#pragma once

// Whether what clients saw of one key can be put into one order that respects time: linearizability
// of a register that may be empty, with operations whose outcome nobody knows. Exact: a search over
// all orders, which remembers the states it has been in (Wing and Gong 1993, Lowe 2017). Pure.

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace smol::sim {

using value_id = std::uint32_t;
inline constexpr value_id nothing = 0;  // the key is not there; also the state at the beginning

struct operation
{
    enum class kind
    {
        read,    // saw `value`
        write,   // of `value`
        remove,  // of what was there
    };

    static constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();

    kind is = kind::read;
    value_id value = nothing;
    std::uint64_t started = 0;
    std::uint64_t ended = never;          // `never`: unknown; it may happen at any time, or not
    std::optional<value_id> before = {};  // what must have been there just before
    bool on_something = false;            // something must have been there just before
};

// Empty, or a sentence. At most 64 operations.
std::string violation(const std::vector<operation>& all);

std::string describe(const operation& one);

}  // namespace smol::sim
