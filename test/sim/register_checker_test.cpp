#include "test/sim/register_checker.hpp"

#include <catch2/catch.hpp>

#include <vector>

namespace smol::sim {

namespace {

using kind = operation::kind;

operation read(value_id value, std::uint64_t from, std::uint64_t to)
{
    return {kind::read, value, from, to};
}

operation write(value_id value, std::uint64_t from, std::uint64_t to)
{
    return {kind::write, value, from, to};
}

operation removal(std::uint64_t from, std::uint64_t to)
{
    operation one{kind::remove, nothing, from, to};
    one.on_something = true;
    return one;
}

operation over(value_id before, operation one)
{
    one.before = before;
    return one;
}

constexpr auto never = operation::never;

}  // namespace

TEST_CASE("what a register can explain is no violation")
{
    const std::vector<std::vector<operation>> rows{
        {},
        {read(nothing, 1, 2)},
        {write(1, 1, 2), read(1, 3, 4), read(1, 5, 6)},
        {write(1, 1, 10), write(2, 1, 10), read(2, 11, 12), read(2, 13, 14)},
        {write(1, 1, 10), read(nothing, 2, 3), read(1, 4, 5)},
        {write(1, 1, never), read(nothing, 2, 3), read(1, 50, 51)},
        {write(1, 1, never), read(nothing, 50, 51)},
        {write(1, 1, 2), removal(3, 4), read(nothing, 5, 6)},
        {write(1, 1, 2), removal(3, never), read(1, 5, 6), read(nothing, 7, 8)},
        {over(nothing, write(1, 1, 2)), over(1, write(2, 3, 4)), read(2, 5, 6)},
        {over(nothing, write(1, 1, 9)), over(nothing, write(2, 1, 9)), removal(1, 9)},
    };
    for (std::size_t i = 0; i < rows.size(); ++i)
    {
        CAPTURE(i);
        CHECK(violation(rows[i]).empty());
    }
}

TEST_CASE("what no order explains is a violation")
{
    const std::vector<std::vector<operation>> rows{
        {read(1, 1, 2)},
        {write(1, 1, 2), read(nothing, 3, 4)},
        {write(1, 1, 2), write(2, 3, 4), read(1, 5, 6)},
        {write(1, 1, 10), read(1, 2, 3), read(nothing, 4, 5)},
        {write(1, 5, 6), read(1, 1, 2)},
        {write(1, 1, never), read(1, 2, 3), read(nothing, 4, 5)},
        {write(1, 1, 2), write(2, 3, never), read(2, 4, 5), read(1, 6, 7)},
        {write(1, 1, 2), removal(3, 4), read(1, 5, 6)},
        {removal(1, 2)},
        {write(1, 1, 2), removal(3, 4), removal(5, 6)},
        {over(nothing, write(1, 1, 2)), over(nothing, write(2, 3, 4))},
        {over(nothing, write(1, 1, 9)), over(nothing, write(2, 1, 9))},
        {write(1, 1, 2), write(2, 3, 4), over(1, write(3, 5, 6))},
    };
    for (std::size_t i = 0; i < rows.size(); ++i)
    {
        CAPTURE(i);
        CHECK_FALSE(violation(rows[i]).empty());
    }
}

}  // namespace smol::sim
