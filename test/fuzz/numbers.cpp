// Numbers, sizes and durations: the whole text or nothing, and the value that wide arithmetic
// finds.

#include "common/base/parse.hpp"
#include "test/fuzz/fuzz.hpp"
#include "test/fuzz/targets.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string>

namespace smol::fuzz {
namespace {

__extension__ using wide = unsigned __int128;
constexpr wide most_64 = std::numeric_limits<std::uint64_t>::max();

struct unit
{
    std::string_view name;
    std::uint64_t worth;
};

constexpr std::array sizes{unit{"", 1},
    unit{"K", KiB},
    unit{"M", MiB},
    unit{"G", GiB},
    unit{"T", 1024 * GiB},
    unit{"KiB", KiB},
    unit{"MiB", MiB},
    unit{"GiB", GiB},
    unit{"TiB", 1024 * GiB}};
constexpr std::array durations{
    unit{"ms", 1}, unit{"s", 1000}, unit{"m", 60000}, unit{"h", 3600000}, unit{"d", 86400000}};

template <typename Units>
std::optional<wide> read_plainly(std::string_view text, const Units& units, wide most)
{
    wide number = 0;
    std::size_t digits = 0;
    for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits)
        number = std::min(number * 10 + static_cast<unsigned>(text[digits] - '0'), most_64 + 1);
    const auto found = std::find_if(units.begin(), units.end(), [&](const unit& each) {
        return each.name == text.substr(digits);
    });
    if (digits == 0 || found == units.end() || number * found->worth > most)
        return std::nullopt;
    return number * found->worth;
}

}  // namespace

void numbers(std::string_view input)
{
    constexpr std::array plain{unit{"", 1}};
    const auto number = parse_number(input);
    const auto wide_number = read_plainly(input, plain, most_64);
    require(number.has_value() == wide_number.has_value(), "digits and nothing else");
    if (number)
        require(*number == *wide_number, "a number's value");

    const auto size = parse_size(input);
    const auto wide_size = read_plainly(input, sizes, most_64);
    require(size.has_value() == wide_size.has_value(), "a size has digits and one unit");
    if (size)
    {
        require(*size == *wide_size, "a size's value");
        require(!format_size(*size).empty(), "a size can be shown");
    }
    const auto time = parse_duration(input);
    const auto most = static_cast<wide>(std::chrono::milliseconds::max().count());
    const auto wide_time = read_plainly(input, durations, most);
    require(time.has_value() == wide_time.has_value(), "a duration has digits and one unit");
    if (time)
        require(static_cast<wide>(time->count()) == *wide_time, "a duration's value");
}

}  // namespace smol::fuzz
