// Ranges: "<size>\n<Range>" against a plain reading of RFC 9110 section 14.

#include "common/http/byte_range.hpp"

#include "common/base/parse.hpp"
#include "common/http/message.hpp"
#include "test/fuzz/fuzz.hpp"
#include "test/fuzz/targets.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace smol::fuzz {
namespace {

__extension__ using wide = unsigned __int128;
constexpr wide largest = ~std::uint64_t{0};  // stands for all above as well

std::optional<wide> plain_number(std::string_view digits)
{
    wide value = 0;
    for (const char c : digits)
    {
        if (c < '0' || c > '9')
            return std::nullopt;
        value = std::min(value * 10 + static_cast<unsigned>(c - '0'), largest);
    }
    return digits.empty() ? std::nullopt : std::optional(value);
}

struct plain_range
{
    http::range_verdict is = http::range_verdict::whole;
    wide begin = 0;
    wide end = 0;
};

plain_range read_plainly(std::string_view header, wide size)
{
    const plain_range whole{http::range_verdict::whole, 0, size};
    const auto dash = header.find('-');
    if (header.size() < 6 || !http::equal_names(header.substr(0, 6), "bytes=") ||
        dash == header.npos)
        return whole;
    const auto first = plain_number(header.substr(6, dash - 6));
    const auto last = plain_number(header.substr(dash + 1));
    if (dash == 6 && last)
    {
        if (*last == 0)
            return {http::range_verdict::unsatisfiable, 0, 0};
        return size == 0
                   ? whole
                   : plain_range{http::range_verdict::partial, size - std::min(*last, size), size};
    }
    const bool is_open = dash + 1 == header.size();
    if (!first || (!last && !is_open) || (last && *last < *first))
        return whole;
    if (*first >= size)
        return {http::range_verdict::unsatisfiable, 0, 0};
    return {http::range_verdict::partial, *first, is_open ? size : std::min(*last + 1, size)};
}

}  // namespace

void byte_range(std::string_view input)
{
    parts of(input);
    const auto given = parse_number(of.line());
    const auto size = given ? *given : 10;
    const auto header = of.rest();
    const auto found = http::evaluate_range(header, size);
    const auto plain = read_plainly(header, size);
    require(found.verdict == plain.is, "the plain reading agrees");
    require(found.range.begin == plain.begin && found.range.end == plain.end, "the same bytes");
    require(found.range.begin <= found.range.end && found.range.end <= size, "within the value");
    if (found.verdict != http::range_verdict::partial)
        return;
    require(found.range.size() > 0, "a part has bytes");
    const auto text = http::content_range(found.range, size);
    const auto dash = text.find('-');
    const auto slash = text.find('/');
    const auto again = "bytes=" + text.substr(6, slash - 6);
    require(
        http::evaluate_range(again, size).range == found.range, "Content-Range says which part");
    require(dash < slash && text.substr(slash + 1) == std::to_string(size), "and of how much");
}

}  // namespace smol::fuzz
