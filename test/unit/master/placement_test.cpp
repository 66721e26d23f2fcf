#include "master/placement.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace smol::master {

namespace {

constexpr std::size_t keys = 20'000;

std::vector<std::string> names_of(std::size_t count)
{
    std::vector<std::string> names;
    for (std::size_t i = 0; i < count; ++i)
        names.push_back(fmt::format("vol-{:08x}", i * 2654435761u));
    return names;
}

std::vector<candidate> candidates(const std::vector<std::string>& names, std::size_t count)
{
    std::vector<candidate> all;
    for (std::size_t i = 0; i < count; ++i)
        all.push_back({names[i], 100});
    return all;
}

std::string key_of(std::size_t number)
{
    return fmt::format("photos/{}.jpg", number);
}

}  // namespace

TEST_CASE("placement names each volume once, best first, and no more than there are")
{
    const auto names = names_of(5);
    const auto all = candidates(names, 5);
    struct row
    {
        std::size_t wanted;
        std::size_t given;
    };
    for (const auto& [wanted, given] : {row{0, 0}, row{1, 1}, row{3, 3}, row{5, 5}, row{9, 5}})
    {
        CAPTURE(wanted);
        auto placed = place("k", all, wanted);
        CHECK(placed.size() == given);
        std::sort(placed.begin(), placed.end());
        CHECK(std::adjacent_find(placed.begin(), placed.end()) == placed.end());
    }
    CHECK(place("k", {}, 3).empty());
    const auto three = place("k", all, 3);
    const auto two = place("k", all, 2);
    CHECK(std::equal(two.begin(), two.end(), three.begin()));
}

TEST_CASE("placement does not depend on the order of the volumes")
{
    const auto names = names_of(7);
    auto all = candidates(names, 7);
    const auto before = place("some key", all, 3);
    std::reverse(all.begin(), all.end());
    CHECK(place("some key", all, 3) == before);
}

TEST_CASE("placement is part of the format: these answers may never change")
{
    using names = std::vector<std::string>;
    const std::vector<candidate> all{{"vol-a", 100}, {"vol-b", 100}, {"vol-c", 200}, {"vol-d", 1}};
    CHECK(place("k1", all, 4) == names{"vol-b", "vol-c", "vol-a", "vol-d"});
    CHECK(place("photos/1.jpg", all, 4) == names{"vol-c", "vol-a", "vol-b", "vol-d"});
    CHECK(place("", all, 4) == names{"vol-a", "vol-c", "vol-b", "vol-d"});
    CHECK(place("\xff", all, 2) == names{"vol-c", "vol-a"});
}

TEST_CASE("a volume more moves only the keys that it wins")
{
    const auto names = names_of(11);
    const auto ten = candidates(names, 10);
    const auto eleven = candidates(names, 11);
    std::size_t moved = 0;
    std::size_t moved_elsewhere = 0;
    for (std::size_t i = 0; i < keys; ++i)
    {
        const auto before = place(key_of(i), ten, 1).front();
        const auto after = place(key_of(i), eleven, 1).front();
        moved += before != after ? 1 : 0;
        moved_elsewhere += before != after && after != names[10] ? 1 : 0;
    }
    CHECK(moved_elsewhere == 0);
    CHECK(moved > keys / 11 * 8 / 10);
    CHECK(moved < keys / 11 * 12 / 10);
}

TEST_CASE("a volume gets keys in proportion to its weight")
{
    const std::vector<candidate> all{{"vol-1", 100}, {"vol-2", 200}, {"vol-3", 700}};
    std::map<std::string, double> share;
    for (std::size_t i = 0; i < keys; ++i)
        share[place(key_of(i), all, 1).front()] += 1.0 / keys;
    CHECK(share["vol-1"] == Approx(0.1).margin(0.02));
    CHECK(share["vol-2"] == Approx(0.2).margin(0.02));
    CHECK(share["vol-3"] == Approx(0.7).margin(0.02));
}

TEST_CASE("a change of one weight moves no key between the others")
{
    const auto names = names_of(5);
    const auto before = candidates(names, 5);
    auto after = before;
    after[4].weight = 150;
    for (std::size_t i = 0; i < keys; ++i)
    {
        const auto was = place(key_of(i), before, 1).front();
        const auto is = place(key_of(i), after, 1).front();
        if (was != is)
            REQUIRE(is == names[4]);
    }
}

TEST_CASE("a weight of 0 counts as 1")
{
    const std::vector<candidate> all{{"vol-1", 0}, {"vol-2", 0}};
    CHECK(place("k", all, 2).size() == 2);
}

}  // namespace smol::master
