#pragma once

// Ranks drawn by Zipf's law: rank k of 1..n with a probability proportional to k^-exponent. Pure.

#include "bench/load/random.hpp"

#include <cstdint>

namespace smol::load {

// Rejection-inversion (Hoermann, Derflinger 1996): constant time and memory whatever n is.
class zipf_law
{
public:
    // `ranks` >= 1, `exponent` > 0.
    zipf_law(std::uint64_t ranks, double exponent);

    // [0, ranks); 0 is the most frequent.
    std::uint64_t draw(random_stream& from) const;

private:
    double integral(double x) const;  // of x^-exponent, up to a constant
    double inverse(double area) const;
    double density(double x) const;

    std::uint64_t ranks_;
    double exponent_;
    double first_;   // area left of the first rank's bar
    double last_;    // area at the end of the last one
    double surely_;  // a draw this close below its rank needs no second look
};

}  // namespace smol::load
