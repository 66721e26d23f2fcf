#include "master/membership.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace smol::master {

namespace {

wire::beat beat_of(std::uint64_t free)
{
    wire::beat said;
    said.capacity_bytes = 1000;
    said.free_bytes = free;
    return said;
}

stay stay_of(const std::string& name, std::uint16_t port)
{
    return {name, "127.0.0.1:" + std::to_string(port), "", port, true};
}

const std::chrono::steady_clock::time_point now{std::chrono::hours(1)};

}  // namespace

TEST_CASE("a volume that joins is found by name, joining until it is up")
{
    membership members;
    const auto who = members.join(stay_of("vol-a", 1), beat_of(5), now);
    CHECK(members.find("vol-a") == who);
    CHECK(members.find("vol-b") == nullptr);
    CHECK(who->is() == presence::joining);
    who->becomes(presence::up);
    CHECK(members.find("vol-a")->is_up());
    CHECK(who->free_bytes() == 5);
    CHECK(who->last_beat() == now);
}

TEST_CASE("a volume that leaves is down, still registered, and stays down")
{
    membership members;
    const auto who = members.join(stay_of("vol-a", 1), beat_of(5), now);
    who->becomes(presence::up);
    membership::leave(*who);
    who->becomes(presence::up);
    CHECK(members.find("vol-a")->is() == presence::down);
    CHECK(members.snapshot()->size() == 1);
}

TEST_CASE("the newest stay wins, and the older one cannot take it down")
{
    membership members;
    const auto older = members.join(stay_of("vol-a", 1), beat_of(5), now);
    const auto newer = members.join(stay_of("vol-a", 2), beat_of(6), now);
    newer->becomes(presence::up);
    CHECK(membership::has_ended(*older));
    CHECK_FALSE(membership::has_ended(*newer));
    membership::leave(*older);
    CHECK(members.find("vol-a")->is_up());
    CHECK(members.find("vol-a")->facts().port == 2);
    CHECK(members.snapshot()->size() == 1);
}

TEST_CASE("a snapshot stays as it was, but for what volumes say")
{
    membership members;
    const auto who = members.join(stay_of("vol-m", 1), beat_of(5), now);
    const auto before = members.snapshot();
    members.join(stay_of("vol-z", 2), beat_of(5), now);
    members.join(stay_of("vol-a", 3), beat_of(5), now);
    who->note(beat_of(4), now);
    CHECK(before->size() == 1);
    CHECK(before->front()->free_bytes() == 4);
    const auto after = members.snapshot();
    REQUIRE(after->size() == 3);
    CHECK(after->front()->name() == "vol-a");
    CHECK(after->back()->name() == "vol-z");
}

TEST_CASE("volumes remembered from the index are down and keep their capacity")
{
    membership members;
    members.remember("vol-a", 77);
    const auto who = members.find("vol-a");
    REQUIRE(who);
    CHECK(who->is() == presence::down);
    CHECK(who->capacity_bytes() == 77);
    CHECK(members.join(stay_of("vol-a", 1), beat_of(1), now)->is() == presence::joining);
    CHECK(members.snapshot()->size() == 1);
}

TEST_CASE("what the index keeps of a volume is read as it was printed")
{
    CHECK(*parse_volume(print_volume(0)) == 0);
    CHECK(*parse_volume(print_volume(~std::uint64_t{0})) == ~std::uint64_t{0});
    CHECK(parse_volume("v2 capacity=1").error() == errc::format_newer);
    for (const auto* text : {"", "v1", "v1 capacity=", "v1 capacity=-1", "v1 capacity=1 ", "x"})
    {
        CAPTURE(text);
        CHECK(parse_volume(text).error() == errc::format_damaged);
    }
}

}  // namespace smol::master
