#pragma once

// Random numbers that a seed repeats. Pure; not for secrets.

#include <cstdint>

namespace smol::load {

// A bijection of 64 bits whose outputs look unrelated: the finaliser of SplitMix64 (Steele, Lea,
// Flood: "Fast Splittable Pseudorandom Number Generators", 2014).
constexpr std::uint64_t mixed(std::uint64_t value) noexcept
{
    value += 0x9e3779b97f4a7c15;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
    value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
    return value ^ (value >> 31);
}

// [0, 1), from the upper 53 bits.
constexpr double unit_of(std::uint64_t bits) noexcept
{
    return static_cast<double>(bits >> 11) * 0x1.0p-53;
}

class random_stream
{
public:
    explicit random_stream(std::uint64_t seed) noexcept : state_(seed) {}

    std::uint64_t next() noexcept { return mixed(state_++); }
    double unit() noexcept { return unit_of(next()); }

    // [0, limit); `limit` is not 0. Uneven by less than limit / 2^64.
    std::uint64_t below(std::uint64_t limit) noexcept
    {
        __extension__ using wide = unsigned __int128;
        return static_cast<std::uint64_t>((wide{next()} * limit) >> 64);
    }

private:
    std::uint64_t state_;
};

}  // namespace smol::load
