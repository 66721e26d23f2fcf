#include "master/placement.hpp"
#include "master/volume_choice.hpp"

#include <catch2/catch.hpp>

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
    CHECK(is_same_set(names, {"vol-a", "vol-g"}));
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
    wire::record record;
    const std::vector<candidate> everyone{
        {"vol-a", 1000}, {"vol-b", 1000}, {"vol-c", 1000}, {"vol-d", 1000}};
    record.volumes = place("k", everyone, 3);
    CHECK(balance_of("k", record, *all, 3) == balance::balanced);
    std::swap(record.volumes[0], record.volumes[2]);
    CHECK(balance_of("k", record, *all, 3) == balance::balanced);
    CHECK(balance_of("k", record, *all, 2) == balance::unbalanced);
    record.volumes.pop_back();
    CHECK(balance_of("k", record, *all, 3) == balance::unbalanced);
}

TEST_CASE("readers are spread over the replicas that are up")
{
    const auto all = roster_of({{"vol-a"}, {"vol-b", down}, {"vol-c"}, {"vol-d", joining}});
    wire::record record;
    record.volumes = {"vol-c", "vol-b", "vol-a", "vol-d", "vol-unknown"};
    const auto even = up_holders(record, *all, 4);
    REQUIRE(even.size() == 2);
    CHECK(even[0]->name() == "vol-c");
    CHECK(up_holders(record, *all, 5)[0]->name() == "vol-a");
    record.volumes = {"vol-b"};
    CHECK(up_holders(record, *all, 7).empty());
    CHECK(up_count(*all) == 2);
}

}  // namespace smol::master
