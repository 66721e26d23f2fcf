#include "master/placement.hpp"
#include "master/volume_choice.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>
#include <string>
#include <vector>

namespace smol::master {

namespace {

struct said
{
    const char* name;
    presence is = presence::up;
    wire::health health = wire::health::good;
    std::uint64_t free = 1000;
};

std::shared_ptr<const roster> roster_of(const std::vector<said>& all)
{
    membership members;
    for (const auto& one : all)
    {
        wire::beat beat;
        beat.capacity_bytes = 1000;
        beat.free_bytes = one.free;
        beat.is = one.health;
        const auto who = members.join({one.name, "127.0.0.1:1", "", 1, true}, beat, {});
        who->becomes(one.is);
        if (one.is == presence::down)
            membership::leave(*who);
    }
    return members.snapshot();
}

std::set<std::string> set_of(const std::vector<std::string>& names)
{
    return {names.begin(), names.end()};
}

constexpr auto down = presence::down;
constexpr auto joining = presence::joining;
constexpr auto up = presence::up;
constexpr auto full = wire::health::full;
constexpr auto good = wire::health::good;
constexpr auto read_only = wire::health::read_only;

}  // namespace

TEST_CASE("a PUT needs two copies, or as many as there are volumes, or what was asked")
{
    struct row
    {
        std::uint64_t asked;
        std::size_t registered;
        std::size_t needed;
    };
    for (const auto& [asked, registered, needed] : {row{0, 0, 1},
             row{0, 1, 1},
             row{0, 2, 2},
             row{0, 9, 2},
             row{1, 9, 1},
             row{3, 1, 3},
             row{3, 9, 3}})
    {
        CAPTURE(asked, registered);
        CHECK(replicas_needed(asked, registered) == needed);
    }
}

TEST_CASE("values go to volumes that are up and have room")
{
    const auto all = roster_of({{"vol-a"},
        {"vol-b", down},
        {"vol-c", joining},
        {"vol-d", up, full},
        {"vol-e", up, read_only},
        {"vol-f", up, good, 10},
        {"vol-g"}});
    const auto chosen = choose_volumes("k", *all, {3, 2, 100});
    REQUIRE(chosen.has_value());
    std::vector<std::string> names;
    for (const auto& one : *chosen)
        names.push_back(one->name());
    CHECK(set_of(names) == set_of({"vol-a", "vol-g"}));
}

TEST_CASE("without enough volumes a PUT is refused by what is missing")
{
    struct row
    {
        std::vector<said> all;
        std::size_t needed;
        errc reason;
    };
    const std::vector<row> rows{
        {{}, 1, errc::too_few_volumes},
        {{{"a", down}}, 1, errc::too_few_volumes},
        {{{"a", joining}}, 1, errc::too_few_volumes},
        {{{"a", up, read_only}}, 1, errc::too_few_volumes},
        {{{"a"}}, 2, errc::too_few_volumes},
        {{{"a"}, {"b", down}}, 2, errc::too_few_volumes},
        {{{"a"}, {"b", up, read_only}}, 2, errc::too_few_volumes},
        {{{"a", up, full}}, 1, errc::no_room},
        {{{"a"}, {"b", up, full}}, 2, errc::no_room},
        {{{"a", up, good, 99}, {"b"}}, 2, errc::no_room},
    };
    for (std::size_t i = 0; i < rows.size(); ++i)
    {
        CAPTURE(i);
        const auto chosen = choose_volumes("k", *roster_of(rows[i].all), {3, rows[i].needed, 100});
        REQUIRE(chosen.has_error());
        CHECK(chosen.error() == rows[i].reason);
    }
}

TEST_CASE("a value is balanced where placement among all registered volumes wants it")
{
    const auto all = roster_of({{"vol-a"}, {"vol-b", down}, {"vol-c"}, {"vol-d"}});
    const std::vector<candidate> everyone{
        {"vol-a", 1000}, {"vol-b", 1000}, {"vol-c", 1000}, {"vol-d", 1000}};
    auto names = place("k", everyone, 3);
    const auto balance_now = [&](std::size_t replicas) {
        return balance_of("k", fmt::format("{}", fmt::join(names, ",")), *all, replicas);
    };
    CHECK(balance_now(3) == balance::balanced);
    std::swap(names[0], names[2]);
    CHECK(balance_now(3) == balance::balanced);
    CHECK(balance_now(2) == balance::unbalanced);
    CHECK(balance_now(4) == balance::unbalanced);
    names.push_back(names.front());
    CHECK(balance_now(4) == balance::unbalanced);
    names.back() = "vol-unknown";
    CHECK(balance_now(3) == balance::unbalanced);
    CHECK(balance_now(4) == balance::unbalanced);
    names.pop_back();
    names.pop_back();
    CHECK(balance_now(3) == balance::unbalanced);
    CHECK(balance_of("k", "", *all, 3) == balance::unbalanced);
    CHECK(balance_of("k", "", *all, 0) == balance::balanced);
    CHECK(balance_of("k", "vol-d,vol-c,vol-b,vol-a", *all, 9) == balance::balanced);
}

TEST_CASE("balance is that which placement gives, for each choice of volumes")
{
    const std::vector<said> five{{"vol-a"}, {"vol-b"}, {"vol-c"}, {"vol-d"}, {"vol-e"}};
    const auto all = roster_of(five);
    std::vector<candidate> everyone;
    for (const auto& one : *all)
        everyone.push_back({one->name(), one->capacity_bytes()});
    for (int number = 0; number < 50; ++number)
        for (unsigned chosen = 0; chosen < 32; ++chosen)
        {
            const auto key = std::to_string(number);
            std::vector<std::string> names;
            for (unsigned at = 0; at < five.size(); ++at)
                if ((chosen >> at & 1U) != 0)
                    names.emplace_back(five[at].name);
            const auto is_placed = set_of(place(key, everyone, 2)) == set_of(names);
            const auto list = fmt::format("{}", fmt::join(names, ","));
            CHECK((balance_of(key, list, *all, 2) == balance::balanced) == is_placed);
        }
}

TEST_CASE("readers are spread over the replicas that are up")
{
    const auto all = roster_of({{"vol-a"}, {"vol-b", down}, {"vol-c"}, {"vol-d", joining}});
    const std::string_view volumes = "vol-c,vol-b,vol-a,vol-d,vol-unknown";
    const auto even = up_holders(volumes, *all, 4);
    REQUIRE(even.size() == 2);
    CHECK(even[0]->name() == "vol-c");
    CHECK(up_holders(volumes, *all, 5)[0]->name() == "vol-a");
    CHECK(up_holders("vol-b", *all, 7).empty());
    CHECK(up_holders("", *all, 7).empty());
    CHECK(up_count(*all) == 2);
}

}  // namespace smol::master
