#include "bench/load/size_law.hpp"

#include "bench/load/random.hpp"
#include "common/base/parse.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace smol::load {

namespace {

constexpr std::string_view zipf_prefix = "zipf:";
constexpr std::uint64_t salt = 0x53697a65;  // sizes do not follow the draws of other things

}  // namespace

size_law::size_law(shape is, std::uint64_t smallest, std::uint64_t largest)
    : is_(is), smallest_(smallest), largest_(largest)
{}

size_law size_law::fixed(std::uint64_t bytes)
{
    return {shape::fixed, bytes, bytes};
}

result<size_law> size_law::parse(std::string_view text)
{
    const auto is_zipf = text.starts_with(zipf_prefix);
    if (is_zipf)
        text.remove_prefix(zipf_prefix.size());
    const auto dots = text.find("..");
    if (dots == std::string_view::npos)
    {
        const auto bytes = parse_size(text);
        if (!bytes || is_zipf)
            return errc::malformed_request;
        return fixed(*bytes);
    }
    const auto smallest = parse_size(text.substr(0, dots));
    const auto largest = parse_size(text.substr(dots + 2));
    if (!smallest || !largest || *smallest == 0 || *smallest > *largest)
        return errc::malformed_request;
    return size_law(is_zipf ? shape::zipf : shape::log_uniform, *smallest, *largest);
}

// The i-th class reaches from smallest * 2^(i-1) to twice that; inside a class all sizes are alike.
std::uint64_t size_law::zipf_of(std::uint64_t bits) const
{
    const auto classes = static_cast<int>(std::bit_width(largest_ / smallest_));
    double weights = 0;
    for (int i = 1; i <= classes; ++i)
        weights += 1.0 / i;
    auto left = unit_of(bits) * weights;
    int found = 1;
    while (found < classes && left >= 1.0 / found)
        left -= 1.0 / found++;
    const auto begin = smallest_ << (found - 1);
    const auto end = found == classes ? largest_ + 1 : begin * 2;
    return begin + mixed(bits) % (end - begin);
}

std::uint64_t size_law::of(std::uint64_t number) const
{
    if (is_ == shape::fixed)
        return smallest_;
    const auto bits = mixed(number ^ (salt << 32));
    if (is_ == shape::zipf)
        return zipf_of(bits);
    const auto low = std::log2(static_cast<double>(smallest_));
    const auto high = std::log2(static_cast<double>(largest_) + 1);
    const auto drawn = std::exp2(low + unit_of(bits) * (high - low));
    return std::clamp(static_cast<std::uint64_t>(drawn), smallest_, largest_);
}

}  // namespace smol::load
