#pragma once

// Which volumes a key prefers: weighted rendezvous hashing. Every volume gets a score for the key;
// the highest win. A volume added or removed moves only the keys that it wins or held. Pure.
//
// score = -weight / ln(u), with u in (0, 1) from XXH3-64 of the volume's name, seeded with XXH3-64
// of the key (Schindelhauer and Schomaker, "Weighted Distributed Hash Tables", 2005). A change of
// this function makes stored values look misplaced: it is part of the format (docs/DISK_FORMAT.md).

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace smol::master {

struct candidate
{
    std::string_view name;
    std::uint64_t weight = 1;  // capacity in bytes; 0 counts as 1
};

// How much a key prefers a volume: the greater one more. Names settle a tie.
struct rank
{
    double score = 0;
    std::string_view name;

    friend auto operator<=>(const rank&, const rank&) = default;
};

class ranking
{
public:
    explicit ranking(std::string_view key) noexcept;

    rank of(const candidate& volume) const noexcept;

private:
    std::uint64_t key_hash_;
};

// The `wanted` best of `among`, best first; fewer if there are fewer. Names must differ.
std::vector<std::string> place(
    std::string_view key, const std::vector<candidate>& among, std::size_t wanted);

}  // namespace smol::master
