#include "bench/load/value_content.hpp"

#include <catch2/catch.hpp>

#include <vector>

using namespace smol;
using namespace smol::load;

namespace {

std::vector<std::byte> bytes_of(const value_content& of, std::uint64_t offset, std::uint64_t count)
{
    std::vector<std::byte> made;
    while (made.size() < count)
    {
        const auto piece = of.piece(offset + made.size(), count - made.size());
        REQUIRE(!piece.empty());
        made.insert(made.end(), piece.begin(), piece.end());
    }
    return made;
}

constexpr std::uint64_t bytes = 3 * value_content::block_bytes + 77;

}  // namespace

TEST_CASE("the content of a value is the same in whatever pieces it is read")
{
    const auto one = value_content::of(1, 5, 0);
    const auto whole = bytes_of(one, 0, bytes);
    REQUIRE(whole.size() == bytes);
    for (const std::uint64_t step : {1ULL, 7ULL, 1'000ULL, 16'384ULL, 20'000ULL})
        for (std::uint64_t offset = 0; offset < bytes; offset += step)
        {
            const auto count = std::min(step, bytes - offset);
            if (step < 7 && offset > 100)
                break;
            REQUIRE(one.matches(offset, byte_view(whole).subspan(offset, count)));
        }
}

TEST_CASE("other keys, generations, runs and places have other content")
{
    const auto one = bytes_of(value_content::of(1, 5, 0), 0, bytes);
    for (const auto& other :
        {value_content::of(1, 6, 0), value_content::of(1, 5, 1), value_content::of(2, 5, 0)})
    {
        CHECK_FALSE(other.matches(0, one));
        CHECK_FALSE(other.matches(0, byte_view(one).first(1 * 8)));
        CHECK_FALSE(other.matches(value_content::block_bytes,
            byte_view(one).subspan(value_content::block_bytes, value_content::block_bytes)));
    }
    const auto same = value_content::of(1, 5, 0);
    CHECK(same.matches(0, one));
    CHECK_FALSE(same.matches(1, byte_view(one).first(100)));
    CHECK_FALSE(same.matches(
        value_content::block_bytes, byte_view(one).subspan(2 * value_content::block_bytes, 1'000)));
}

TEST_CASE("one changed byte anywhere is found")
{
    const auto one = value_content::of(3, 9, 2);
    auto changed = bytes_of(one, 0, bytes);
    for (const std::size_t at : {std::size_t{0},
             std::size_t{15},
             std::size_t{16},
             std::size_t{16'383},
             std::size_t{16'384},
             std::size_t{bytes - 1}})
    {
        CAPTURE(at);
        changed[at] ^= std::byte{1};
        CHECK_FALSE(one.matches(0, changed));
        changed[at] ^= std::byte{1};
    }
    CHECK(one.matches(0, changed));
    CHECK(one.matches(123, {}));
}
