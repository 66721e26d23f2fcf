#include "common/base/parse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace smol {
namespace {

struct unit
{
    std::string_view name;
    std::uint64_t factor;
};

constexpr std::array size_units{
    unit{"", 1},
    unit{"K", KiB},
    unit{"M", MiB},
    unit{"G", GiB},
    unit{"T", 1024 * GiB},
    unit{"KiB", KiB},
    unit{"MiB", MiB},
    unit{"GiB", GiB},
    unit{"TiB", 1024 * GiB},
};

constexpr std::array duration_units{
    unit{"ms", 1},
    unit{"s", 1000},
    unit{"m", 60'000},
    unit{"h", 3'600'000},
    unit{"d", 86'400'000},
};

// A number directly followed by one of `units`, in multiples of 1; at most `most`.
template <typename Units>
result<std::uint64_t> parse_with_unit(std::string_view text, const Units& units, std::uint64_t most)
{
    const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto number = parse_number(text.substr(0, digits));
    if (!number)
        return number;
    const auto name = text.substr(digits);
    const auto found = std::find_if(
        units.begin(), units.end(), [&](const unit& each) { return each.name == name; });
    if (found == units.end() || *number > most / found->factor)
        return errc::malformed_request;
    return *number * found->factor;
}

}  // namespace

result<std::uint64_t> parse_number(std::string_view text)
{
    std::uint64_t number = 0;
    const auto* const end = text.data() + text.size();
    const auto [stop, failure] = std::from_chars(text.data(), end, number);
    if (failure != std::errc{} || stop != end)
        return errc::malformed_request;
    return number;
}

result<std::uint64_t> parse_size(std::string_view text)
{
    return parse_with_unit(text, size_units, std::numeric_limits<std::uint64_t>::max());
}

result<std::chrono::milliseconds> parse_duration(std::string_view text)
{
    constexpr auto most = static_cast<std::uint64_t>(std::chrono::milliseconds::max().count());
    const auto ms = parse_with_unit(text, duration_units, most);
    if (!ms)
        return ms.error();
    return std::chrono::milliseconds(static_cast<std::int64_t>(*ms));
}

std::string format_size(std::uint64_t bytes)
{
    constexpr std::array<std::string_view, 6> names{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    if (bytes < KiB)
        return fmt::format("{} B", bytes);
    auto amount = static_cast<double>(bytes) / 1024;
    std::size_t name = 0;
    while (amount >= 1023.95 && name + 1 < names.size())  // would be shown as 1024.0
    {
        amount /= 1024;
        ++name;
    }
    return fmt::format("{:.1f} {}", amount, names[name]);
}

}  // namespace smol
