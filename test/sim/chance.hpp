#pragma once

// Chance that is the same for each seed, on every machine. One thread.

#include <cstdint>

namespace smol::sim {

class chance
{
public:
    explicit chance(std::uint64_t seed) : state_(seed) {}

    // SplitMix64 (Steele, Lea, Flood 2014).
    std::uint64_t next()
    {
        auto z = (state_ += 0x9e3779b97f4a7c15U);
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
        return z ^ (z >> 31U);
    }

    // 0 to n - 1.
    std::uint64_t below(std::uint64_t n) { return next() % n; }
    std::uint64_t between(std::uint64_t low, std::uint64_t high)
    {
        return low + below(high - low + 1);
    }
    bool flip() { return (next() & 1U) != 0; }
    // True so many times in ten thousand.
    bool odds(std::uint64_t of_10000) { return of_10000 != 0 && below(10'000) < of_10000; }

private:
    std::uint64_t state_;
};

}  // namespace smol::sim
