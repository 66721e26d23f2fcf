#include "bench/load/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace smol::load {

namespace {

// Values below `linear` have a class each; above, each power of two has `linear` / 2 classes.
constexpr unsigned linear_bits = 8;
constexpr std::uint64_t linear = std::uint64_t{1} << linear_bits;
constexpr std::uint64_t half = linear / 2;
constexpr std::size_t classes = linear + (64 - linear_bits) * half;

}  // namespace

histogram::histogram() : counts_(classes)
{}

std::size_t histogram::class_of(std::uint64_t value) noexcept
{
    if (value < linear)
        return value;
    const auto shift = static_cast<unsigned>(std::bit_width(value)) - linear_bits;
    return linear + (shift - 1) * half + ((value >> shift) - half);
}

std::uint64_t histogram::largest_of(std::size_t number) noexcept
{
    if (number < linear)
        return number;
    const auto shift = (number - linear) / half + 1;
    const auto begin = (number - linear) % half + half;
    return (begin << shift) + ((std::uint64_t{1} << shift) - 1);
}

void histogram::record(std::uint64_t nanoseconds) noexcept
{
    ++counts_[class_of(nanoseconds)];
    ++count_;
    sum_ += static_cast<double>(nanoseconds);
    smallest_ = std::min(smallest_, nanoseconds);
    largest_ = std::max(largest_, nanoseconds);
}

void histogram::merge(const histogram& other)
{
    for (std::size_t i = 0; i < classes; ++i)
        counts_[i] += other.counts_[i];
    count_ += other.count_;
    sum_ += other.sum_;
    smallest_ = std::min(smallest_, other.smallest_);
    largest_ = std::max(largest_, other.largest_);
}

double histogram::mean() const
{
    return count_ ? sum_ / static_cast<double>(count_) : 0;
}

std::uint64_t histogram::at(double share) const
{
    if (count_ == 0)
        return 0;
    const auto wanted = std::ceil(std::clamp(share, 0.0, 1.0) * static_cast<double>(count_));
    auto left = std::max<std::uint64_t>(static_cast<std::uint64_t>(wanted), 1);
    for (std::size_t i = 0; i < classes; ++i)
    {
        if (counts_[i] >= left)
            return std::clamp(largest_of(i), smallest_, largest_);
        left -= counts_[i];
    }
    return largest_;
}

}  // namespace smol::load
