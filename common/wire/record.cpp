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

// How each record begins: its version and its state.
result<state> read_state(word_reader& words)
{
    if (const auto version = check_version(words.word()); !version)
        return version.error();
    const auto found = std::find(state_names.begin(), state_names.end(), words.word());
    if (found == state_names.end())
        return errc::format_damaged;
    return static_cast<state>(found - state_names.begin());
}

bool are_volume_names(std::string_view list) noexcept
{
    if (list.empty())
        return true;
    if (list.ends_with(','))
        return false;
    while (!list.empty())
        if (!is_volume_name(take_name(list)))
            return false;
    return true;
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

result<record_view> read_record(std::string_view line)
{
    word_reader words(line);
    const auto is = read_state(words);
    if (!is)
        return is.error();
    record_view of;
    of.is = *is;
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
    of.volumes = words.value("on");
    if (!words.is_good() || !are_volume_names(of.volumes))
        return errc::format_damaged;
    return of;
}

result<record> parse_record(std::string_view line)
{
    const auto read = read_record(line);
    if (!read)
        return read.error();
    record of{*read, {}};
    for (auto list = read->volumes; !list.empty();)
        of.volumes.emplace_back(take_name(list));
    return of;
}

std::string_view take_name(std::string_view& list) noexcept
{
    const auto name = list.substr(0, list.find(','));
    list.remove_prefix(std::min(name.size() + 1, list.size()));
    return name;
}

result<state> parse_state(std::string_view line)
{
    word_reader words(line);
    return read_state(words);
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
