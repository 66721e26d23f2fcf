#include "bench/load/zipf.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <vector>

using namespace smol::load;

TEST_CASE("ranks are drawn as often as Zipf's law says")
{
    const auto exponent = GENERATE(0.5, 0.99, 1.0, 1.5);
    constexpr std::uint64_t ranks = 50;
    constexpr int draws = 200'000;
    const zipf_law law(ranks, exponent);
    random_stream numbers(3);
    std::vector<int> drawn(ranks);
    for (int i = 0; i < draws; ++i)
        ++drawn.at(law.draw(numbers));

    double weights = 0;
    for (std::uint64_t k = 1; k <= ranks; ++k)
        weights += std::pow(static_cast<double>(k), -exponent);
    for (const auto k : {1U, 2U, 3U, 10U, 50U})
    {
        const auto expected = draws * std::pow(static_cast<double>(k), -exponent) / weights;
        CAPTURE(exponent, k);
        CHECK(drawn[k - 1] == Approx(expected).margin(5 * std::sqrt(expected)));
    }
}

TEST_CASE("one rank, no rank and very many")
{
    random_stream numbers(5);
    CHECK(zipf_law(1, 1.0).draw(numbers) == 0);
    CHECK(zipf_law(0, 1.0).draw(numbers) == 0);
    const zipf_law many(std::uint64_t{1} << 40, 0.99);
    for (int i = 0; i < 1'000; ++i)
        REQUIRE(many.draw(numbers) < std::uint64_t{1} << 40);
}
