#include "master/placement.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace smol::master {

namespace {

double score(std::uint64_t key_hash, const candidate& volume)
{
    const auto hash = XXH3_64bits_withSeed(volume.name.data(), volume.name.size(), key_hash);
    // 53 bits, moved by one half so that neither 0 nor 1 can come out.
    const auto u = (static_cast<double>(hash >> 11) + 0.5) * 0x1.0p-53;
    const auto weight = static_cast<double>(std::max<std::uint64_t>(volume.weight, 1));
    return -weight / std::log(u);
}

}  // namespace

std::vector<std::string> place(
    std::string_view key, const std::vector<candidate>& among, std::size_t wanted)
{
    const auto key_hash = XXH3_64bits(key.data(), key.size());
    std::vector<std::pair<double, std::string_view>> scored;
    scored.reserve(among.size());
    for (const auto& one : among)
        scored.emplace_back(score(key_hash, one), one.name);

    const auto count = std::min(wanted, scored.size());
    const auto middle = scored.begin() + static_cast<std::ptrdiff_t>(count);
    std::partial_sort(scored.begin(), middle, scored.end(), std::greater<>());
    std::vector<std::string> best;
    best.reserve(count);
    for (auto one = scored.begin(); one != middle; ++one)
        best.emplace_back(one->second);
    return best;
}

bool is_same_set(std::vector<std::string> a, std::vector<std::string> b)
{
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    return a == b;
}

}  // namespace smol::master
