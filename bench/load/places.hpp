#pragma once

// Where redirects led, by key number, so that a value can be read again without asking. One for
// each worker thread.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace smol::load {

struct place
{
    std::size_t origin = 0;
    std::string target;  // empty: unknown
};

class places
{
public:
    places() = default;
    // Remembers for keys [first, first + count).
    places(std::uint64_t first, std::uint64_t count) : first_(first), known_(count) {}

    // Null if nothing is known, or this key is not one to remember.
    const place* find(std::uint64_t key) const
    {
        const auto at = key - first_;
        return at < known_.size() && !known_[at].target.empty() ? &known_[at] : nullptr;
    }

    void remember(std::uint64_t key, std::size_t origin, std::string_view target)
    {
        const auto at = key - first_;
        if (at < known_.size())
            known_[at] = {origin, std::string(target)};
    }

private:
    std::uint64_t first_ = 0;
    std::vector<place> known_;
};

}  // namespace smol::load
