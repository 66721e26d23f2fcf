#include "master/placement.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace smol::master {

ranking::ranking(std::string_view key) noexcept : key_hash_(XXH3_64bits(key.data(), key.size()))
{}

rank ranking::of(const candidate& volume) const noexcept
{
    const auto hash = XXH3_64bits_withSeed(volume.name.data(), volume.name.size(), key_hash_);
    // 53 bits, moved by one half so that neither 0 nor 1 can come out.
    const auto u = (static_cast<double>(hash >> 11) + 0.5) * 0x1.0p-53;
    const auto weight = static_cast<double>(std::max<std::uint64_t>(volume.weight, 1));
    return {-weight / std::log(u), volume.name};
}

std::vector<std::string> place(
    std::string_view key, const std::vector<candidate>& among, std::size_t wanted)
{
    const ranking ranks(key);
    std::vector<rank> ranked;
    ranked.reserve(among.size());
    for (const auto& one : among)
        ranked.push_back(ranks.of(one));

    const auto count = std::min(wanted, ranked.size());
    const auto middle = ranked.begin() + static_cast<std::ptrdiff_t>(count);
    std::partial_sort(ranked.begin(), middle, ranked.end(), std::greater<>());
    std::vector<std::string> best;
    best.reserve(count);
    for (auto one = ranked.begin(); one != middle; ++one)
        best.emplace_back(one->name);
    return best;
}

}  // namespace smol::master
