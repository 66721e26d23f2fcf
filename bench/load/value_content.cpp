#include "bench/load/value_content.hpp"

#include "bench/load/random.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

namespace smol::load {

namespace {

// Small enough to stay in a core's second-level cache.
constexpr std::size_t places = 32 * KiB;
constexpr std::size_t table_words = places + value_content::block_bytes / sizeof(std::uint64_t);
constexpr std::uint64_t table_seed = 0x736d6f6c;

byte_view table()
{
    static const auto words = [] {
        std::vector<std::uint64_t> made(table_words);
        random_stream numbers(table_seed);
        std::generate(made.begin(), made.end(), [&] { return numbers.next(); });
        return made;
    }();
    return std::as_bytes(std::span(words));
}

}  // namespace

value_content::value_content(std::uint64_t seed) : seed_(seed)
{
    const std::array<std::uint64_t, 2> words{seed, mixed(~seed)};
    std::memcpy(lead_.data(), words.data(), lead_.size());
}

value_content value_content::of(std::uint64_t run, std::uint64_t key, std::uint64_t generation)
{
    return value_content(mixed(mixed(mixed(run) + key) + generation));
}

byte_view value_content::piece(std::uint64_t offset, std::uint64_t most) const
{
    if (offset < lead_.size())
        return byte_view(lead_).subspan(offset).first(std::min(most, lead_.size() - offset));
    const auto block = offset / block_bytes;
    const auto within = offset % block_bytes;
    const auto place = mixed(seed_ + block) % places * sizeof(std::uint64_t);
    return table().subspan(place + within, std::min(most, block_bytes - within));
}

bool value_content::matches(std::uint64_t offset, byte_view bytes) const
{
    while (!bytes.empty())
    {
        const auto wanted = piece(offset, bytes.size());
        if (std::memcmp(wanted.data(), bytes.data(), wanted.size()) != 0)
            return false;
        offset += wanted.size();
        bytes = bytes.subspan(wanted.size());
    }
    return true;
}

}  // namespace smol::load
