#include "bench/load/zipf.hpp"

#include <algorithm>
#include <cmath>

namespace smol::load {

namespace {

// Below this distance from 1 the exponent counts as 1, where the integral is a logarithm.
constexpr double near_one = 1e-9;

}  // namespace

double zipf_law::integral(double x) const
{
    const auto power = 1 - exponent_;
    if (std::abs(power) < near_one)
        return std::log(x);
    return (std::pow(x, power) - 1) / power;
}

double zipf_law::inverse(double area) const
{
    const auto power = 1 - exponent_;
    if (std::abs(power) < near_one)
        return std::exp(area);
    return std::pow(1 + area * power, 1 / power);
}

double zipf_law::density(double x) const
{
    return std::pow(x, -exponent_);
}

zipf_law::zipf_law(std::uint64_t ranks, double exponent)
    : ranks_(std::max<std::uint64_t>(ranks, 1)), exponent_(exponent), first_(integral(1.5) - 1),
      last_(integral(static_cast<double>(ranks_) + 0.5)),
      surely_(2 - inverse(integral(2.5) - density(2)))
{}

std::uint64_t zipf_law::draw(random_stream& from) const
{
    for (;;)
    {
        const auto area = last_ + from.unit() * (first_ - last_);
        const auto x = inverse(area);
        const auto rank = std::clamp(std::floor(x + 0.5), 1.0, static_cast<double>(ranks_));
        if (rank - x <= surely_ || area >= integral(rank + 0.5) - density(rank))
            return std::min(static_cast<std::uint64_t>(rank), ranks_) - 1;
    }
}

}  // namespace smol::load
