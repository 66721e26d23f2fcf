#include "bench/load/histogram.hpp"
#include "bench/load/random.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <limits>
#include <vector>

using namespace smol::load;

TEST_CASE("classes of a histogram follow each other without a gap")
{
    std::size_t last = 0;
    for (const std::uint64_t value :
        {0ULL, 1ULL, 127ULL, 255ULL, 256ULL, 257ULL, 258ULL, 511ULL, 512ULL, 516ULL})
    {
        const auto found = histogram::class_of(value);
        CHECK(found >= last);
        CHECK(histogram::largest_of(found) >= value);
        CHECK((found == 0 || histogram::largest_of(found - 1) < value));
        last = found;
    }
    for (std::size_t i = 0; i < 5'000; ++i)
        CHECK(histogram::class_of(histogram::largest_of(i)) == i);
}

TEST_CASE("a class of a histogram is at most a 128th of its values wide")
{
    random_stream numbers(7);
    for (int i = 0; i < 10'000; ++i)
    {
        const auto value = numbers.next() >> numbers.below(64);
        const auto end = histogram::largest_of(histogram::class_of(value));
        REQUIRE(end >= value);
        REQUIRE(end - value <= value / 128);
    }
    const auto most = std::numeric_limits<std::uint64_t>::max();
    CHECK(histogram::largest_of(histogram::class_of(most)) == most);
}

TEST_CASE("percentiles of a histogram are those of the sorted values, to a 128th")
{
    random_stream numbers(11);
    histogram counted;
    std::vector<std::uint64_t> values;
    for (int i = 0; i < 20'000; ++i)
    {
        values.push_back(numbers.next() >> (34 + numbers.below(20)));
        counted.record(values.back());
    }
    std::sort(values.begin(), values.end());
    for (const auto share : {0.01, 0.5, 0.9, 0.99, 0.999})
    {
        const auto exact = values[static_cast<std::size_t>(share * 20'000) - 1];
        CAPTURE(share);
        CHECK(counted.at(share) >= exact);
        CHECK(counted.at(share) <= exact + exact / 128);
    }
    CHECK(counted.at(1.0) == values.back());
    CHECK(counted.at(0.0) >= values.front());
    CHECK(counted.smallest() == values.front());
    CHECK(counted.largest() == values.back());
}

TEST_CASE("an empty histogram is all zeros")
{
    const histogram none;
    CHECK(none.count() == 0);
    CHECK(none.at(0.5) == 0);
    CHECK(none.smallest() == 0);
    CHECK(none.largest() == 0);
    CHECK(none.mean() == 0);
}

TEST_CASE("merged histograms count as one")
{
    histogram one;
    histogram other;
    one.record(10);
    other.record(30);
    other.record(1'000'000);
    one.merge(other);
    one.merge(histogram());
    CHECK(one.count() == 3);
    CHECK(one.smallest() == 10);
    CHECK(one.largest() == 1'000'000);
    CHECK(one.at(0.5) == 30);
    CHECK(one.mean() == Approx(1'000'040.0 / 3));
}
