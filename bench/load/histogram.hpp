#pragma once

// Counts of durations in nanoseconds, in classes that grow with the value: each is at most 1/128
// of its values wide (the idea of HdrHistogram). Pure; not thread-safe, merge what threads have.

#include <cstdint>
#include <vector>

namespace smol::load {

class histogram
{
public:
    histogram();

    void record(std::uint64_t nanoseconds) noexcept;
    void merge(const histogram& other);

    std::uint64_t count() const { return count_; }
    std::uint64_t smallest() const { return count_ ? smallest_ : 0; }
    std::uint64_t largest() const { return largest_; }
    double mean() const;

    // The smallest value that `share` (0..1) of all values do not exceed, rounded up to the end of
    // its class, never above the largest. 0 if nothing was recorded.
    std::uint64_t at(double share) const;

    static std::size_t class_of(std::uint64_t value) noexcept;
    static std::uint64_t largest_of(std::size_t number) noexcept;  // inverse: last value of a class

private:
    std::vector<std::uint64_t> counts_;
    std::uint64_t count_ = 0;
    std::uint64_t smallest_ = ~std::uint64_t{0};
    std::uint64_t largest_ = 0;
    double sum_ = 0;
};

}  // namespace smol::load
