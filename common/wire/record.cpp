#include "common/wire/record.hpp"

#include "common/base/hex.hpp"
#include "common/wire/word_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace smol::wire {
namespace {

constexpr std::array<std::string_view, 3> state_names{"live", "unlinked", "tombstone"};

std::optional<state> state_of(std::string_view name)
{
    const auto found = std::find(state_names.begin(), state_names.end(), name);
    if (found == state_names.end())
        return std::nullopt;
    return static_cast<state>(found - state_names.begin());
}

std::optional<std::vector<std::string>> parse_volumes(std::string_view list)
{
    std::vector<std::string> names;
    if (list.empty())
        return names;
    for (;;)
    {
        const auto comma = list.find(',');
        const auto name = list.substr(0, comma);
        if (!is_volume_name(name))
            return std::nullopt;
        names.emplace_back(name);
        if (comma == list.npos)
            return names;
        list.remove_prefix(comma + 1);
    }
}

}  // namespace

std::string print(const record& of)
{
    std::string line;
    auto out = std::back_inserter(line);
    fmt::format_to(
        out, "v1 {} gen={}", state_names[static_cast<std::size_t>(of.is)], of.generation);
    if (of.event != of.generation)
        fmt::format_to(out, " event={}", of.event);
    if (of.conditional != 0)
        fmt::format_to(out, " cond={}", of.conditional);
    fmt::format_to(out, " size={} xxh3={}", of.size, to_hex(of.xxh3));
    if (of.md5)
        fmt::format_to(out, " md5={}", to_hex(*of.md5));
    fmt::format_to(out, " on={}", fmt::join(of.volumes, ","));
    return line;
}

result<record> parse_record(std::string_view line)
{
    word_reader words(line);
    if (const auto version = check_version(words.word()); !version)
        return version.error();
    const auto is = state_of(words.word());
    words.require(is.has_value());
    record of;
    of.is = is.value_or(state::live);
    of.generation = words.number("gen");
    const auto event = words.optional_number("event");
    words.require(event != of.generation);
    of.event = event.value_or(of.generation);
    const auto conditional = words.optional_number("cond");
    words.require(conditional != 0U);
    of.conditional = conditional.value_or(0);
    of.size = words.number("size");
    of.xxh3 = words.digest("xxh3");
    of.md5 = words.optional_digest("md5");
    auto volumes = parse_volumes(words.value("on"));
    if (!volumes || !words.is_good())
        return errc::format_damaged;
    of.volumes = std::move(*volumes);
    return of;
}

result<state> parse_state(std::string_view line)
{
    word_reader words(line);
    if (const auto version = check_version(words.word()); !version)
        return version.error();
    const auto is = state_of(words.word());
    if (!is)
        return errc::format_damaged;
    return *is;
}

bool is_volume_name(std::string_view name) noexcept
{
    return !name.empty() && name.size() <= volume_name_bytes_max &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
           });
}

std::string etag_of(const xxh3_digest& digest)
{
    return fmt::format("\"xxh3-{}\"", to_hex(digest));
}

std::int64_t unix_seconds_of(std::uint64_t generation)
{
    return static_cast<std::int64_t>(generation / 1'000'000);
}

}  // namespace smol::wire
