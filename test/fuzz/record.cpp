// Records of the index: the text has one spelling, and comes back as it was written.

#include "common/wire/record.hpp"

#include "test/fuzz/fuzz.hpp"
#include "test/fuzz/targets.hpp"

#include <algorithm>
#include <cstring>
#include <string>

namespace smol::fuzz {
namespace {

std::array<std::byte, 16> digest_of(std::string_view bytes)
{
    std::array<std::byte, 16> digest{};
    if (!bytes.empty())
        std::memcpy(digest.data(), bytes.data(), std::min(bytes.size(), digest.size()));
    return digest;
}

void print_and_read(parts input)
{
    wire::record of;
    of.is = static_cast<wire::state>(input.byte() % 3U);
    of.generation = input.number();
    of.event = input.number();
    of.conditional = input.number();
    of.size = input.number();
    of.xxh3 = digest_of(input.text());
    if (input.byte() % 2U == 0)
        of.md5 = digest_of(input.text());
    bool has_names = true;
    while (!input.is_empty() && of.volumes.size() < 20)
    {
        of.volumes.emplace_back(input.text());
        has_names = has_names && wire::is_volume_name(of.volumes.back());
    }
    const auto read = wire::parse_record(wire::print(of));
    if (has_names)
        require(read && *read == of, "a record comes back as it was written");
    else
        require(!read || *read != of, "a name that is none is refused");
}

}  // namespace

void record(std::string_view input)
{
    const auto found = wire::parse_record(input);
    if (found)
    {
        require(wire::print(*found) == input, "a record has one spelling");
        require(std::all_of(found->volumes.begin(), found->volumes.end(), wire::is_volume_name),
            "volumes have names");
    }
    print_and_read(parts(input));
}

}  // namespace smol::fuzz
