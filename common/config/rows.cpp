// The kinds of rows: text -> value, and the value -> text for --help.

#include "common/base/bytes.hpp"
#include "common/base/error.hpp"
#include "common/base/parse.hpp"
#include "common/config/settings.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace smol::config {

namespace {

using store_function = std::function<result<void>(std::string_view)>;

struct unit
{
    std::uint64_t worth;
    std::string_view name;
};

// Exact, in the largest unit that divides it: what the parser reads back as the same number.
template <std::size_t Count>
std::string in_units(std::uint64_t value, const std::array<unit, Count>& units)
{
    for (const auto& one : units)
        if (value >= one.worth && value % one.worth == 0)
            return fmt::format("{}{}", value / one.worth, one.name);
    return fmt::format("{}{}", value, units.back().name);
}

constexpr std::array<unit, 5> size_units{
    {{1024 * GiB, "T"}, {GiB, "G"}, {MiB, "M"}, {KiB, "K"}, {1, ""}}};
constexpr std::array<unit, 5> time_units{
    {{86'400'000, "d"}, {3'600'000, "h"}, {60'000, "m"}, {1'000, "s"}, {1, "ms"}}};

template <typename T, typename Parser>
store_function store_parsed(T& to, Parser parser)
{
    return [&to, parser](std::string_view text) -> result<void> {
        const auto value = parser(text);
        if (!value)
            return value.error();
        to = *value;
        return {};
    };
}

result<std::uint16_t> parse_port(std::string_view text)
{
    const auto value = parse_number(text);
    if (!value)
        return value.error();
    if (*value > std::numeric_limits<std::uint16_t>::max())
        return errc::malformed_request;
    return static_cast<std::uint16_t>(*value);
}

result<bool> parse_switch(std::string_view text)
{
    constexpr std::array<std::string_view, 4> yes{"true", "yes", "on", "1"};
    constexpr std::array<std::string_view, 4> no{"false", "no", "off", "0"};
    if (std::find(yes.begin(), yes.end(), text) != yes.end())
        return true;
    if (std::find(no.begin(), no.end(), text) != no.end())
        return false;
    return errc::malformed_request;
}

setting row(std::string flag, std::string env, std::string placeholder, std::string help)
{
    setting made;
    made.flag = std::move(flag);
    made.environment = std::move(env);
    made.placeholder = std::move(placeholder);
    made.help = std::move(help);
    return made;
}

}  // namespace

setting text(
    std::string flag, std::string env, std::string placeholder, std::string& to, std::string help)
{
    auto made = row(std::move(flag), std::move(env), std::move(placeholder), std::move(help));
    made.default_text = to;
    made.expects = "a text";
    made.store = [&to](std::string_view value) -> result<void> {
        to = value;
        return {};
    };
    return made;
}

setting number(
    std::string flag, std::string env, std::string placeholder, std::uint64_t& to, std::string help)
{
    auto made = row(std::move(flag), std::move(env), std::move(placeholder), std::move(help));
    made.default_text = fmt::format("{}", to);
    made.expects = "a whole number";
    made.store = store_parsed(to, parse_number);
    return made;
}

setting port(std::string flag, std::string env, std::uint16_t& to, std::string help)
{
    auto made = row(std::move(flag), std::move(env), "PORT", std::move(help));
    made.default_text = fmt::format("{}", to);
    made.expects = "a port number from 0 to 65535";
    made.store = store_parsed(to, parse_port);
    return made;
}

setting size(std::string flag, std::string env, std::uint64_t& to, std::string help)
{
    auto made = row(std::move(flag), std::move(env), "SIZE", std::move(help));
    made.default_text = in_units(to, size_units);
    made.expects = "a size such as 4096, 64K, 1M, 2G or 1T";
    made.store = store_parsed(to, parse_size);
    return made;
}

setting duration(std::string flag, std::string env, std::chrono::milliseconds& to, std::string help)
{
    auto made = row(std::move(flag), std::move(env), "TIME", std::move(help));
    made.default_text = in_units(static_cast<std::uint64_t>(to.count()), time_units);
    made.expects = "a time such as 250ms, 10s, 5m, 2h or 14d";
    made.store = store_parsed(to, parse_duration);
    return made;
}

setting toggle(std::string flag, std::string env, bool& to, std::string help)
{
    auto made = row(std::move(flag), std::move(env), "", std::move(help));
    made.default_text = to ? "on" : "off";
    made.expects = "true or false";
    made.store = store_parsed(to, parse_switch);
    return made;
}

setting choice(std::string flag,
    std::string env,
    std::vector<std::string> names,
    std::size_t& to,
    std::string help)
{
    auto placeholder = fmt::format("{}", fmt::join(names, "|"));
    auto made = row(std::move(flag), std::move(env), std::move(placeholder), std::move(help));
    made.default_text = names.at(to);
    made.expects = fmt::format("one of {}", fmt::join(names, ", "));
    made.store = [&to, names = std::move(names)](std::string_view value) -> result<void> {
        const auto found = std::find(names.begin(), names.end(), value);
        if (found == names.end())
            return errc::malformed_request;
        to = static_cast<std::size_t>(found - names.begin());
        return {};
    };
    return made;
}

setting with_letter(char letter, setting row)
{
    row.letter = letter;
    return row;
}

}  // namespace smol::config
