#include "common/http/byte_range.hpp"

#include "common/http/message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

namespace smol::http {
namespace {

// 1*DIGIT. What does not fit becomes the largest number, which is beyond the end of any value.
std::optional<std::uint64_t> read_position(std::string_view digits)
{
    std::uint64_t number = 0;
    const auto* const end = digits.data() + digits.size();
    const auto [stop, failure] = std::from_chars(digits.data(), end, number);
    if (stop != end || failure == std::errc::invalid_argument)
        return std::nullopt;
    if (failure == std::errc::result_out_of_range)
        return std::numeric_limits<std::uint64_t>::max();
    return number;
}

// "-5": the last five bytes. Of an empty value they are all of it.
evaluated_range last_bytes(std::optional<std::uint64_t> count, std::uint64_t size)
{
    const evaluated_range whole{range_verdict::whole, {0, size}};
    if (!count || (size == 0 && *count > 0))
        return whole;
    if (*count == 0)
        return {range_verdict::unsatisfiable, {}};
    return {range_verdict::partial, {size - std::min(*count, size), size}};
}

}  // namespace

evaluated_range evaluate_range(std::string_view header, std::uint64_t size)
{
    constexpr std::string_view unit = "bytes=";
    const evaluated_range whole{range_verdict::whole, {0, size}};
    if (!equal_names(header.substr(0, unit.size()), unit))
        return whole;
    const auto spec = header.substr(unit.size());
    const auto dash = spec.find('-');
    if (dash == spec.npos)
        return whole;
    const auto last = read_position(spec.substr(dash + 1));
    if (dash == 0)
        return last_bytes(last, size);
    const auto first = read_position(spec.substr(0, dash));
    const bool is_open = dash + 1 == spec.size();
    if (!first || (!is_open && (!last || *last < *first)))
        return whole;
    if (*first >= size)
        return {range_verdict::unsatisfiable, {}};
    const auto end = is_open || *last >= size ? size : *last + 1;
    return {range_verdict::partial, {*first, end}};
}

std::string content_range(byte_range range, std::uint64_t size)
{
    return fmt::format("bytes {}-{}/{}", range.begin, range.end - 1, size);
}

std::string content_range_unsatisfied(std::uint64_t size)
{
    return fmt::format("bytes */{}", size);
}

}  // namespace smol::http
