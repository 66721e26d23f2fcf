#include "bench/load/mixed_script.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <optional>
#include <vector>

using namespace smol::load;

namespace {

// What the server would have: absent, or a generation.
struct model
{
    std::map<std::uint64_t, std::optional<std::uint64_t>> keys;
    std::map<std::uint64_t, int> readers;
    std::map<std::uint64_t, int> changers;

    void begin(const task& what)
    {
        auto& has = keys.try_emplace(what.key, 0).first->second;
        if (what.what == operation::get)
        {
            REQUIRE(has == what.generation);
            REQUIRE(changers[what.key] == 0);
            ++readers[what.key];
            return;
        }
        REQUIRE(readers[what.key] == 0);
        REQUIRE(changers[what.key]++ == 0);
        REQUIRE(has.has_value() == (what.what == operation::remove));
    }

    void end(const task& what)
    {
        if (what.what == operation::get)
        {
            --readers[what.key];
            return;
        }
        --changers[what.key];
        keys[what.key] =
            what.what == operation::put ? std::optional(what.generation) : std::nullopt;
    }
};

}  // namespace

TEST_CASE("mixed never reads what is being changed and always knows what is there")
{
    script_plan plan;
    plan.what = workload::mixed;
    plan.keys = 40;
    plan.mix = {50, 25, 25};
    plan.law = GENERATE(key_law::uniform, key_law::zipf);
    shared_counters shared;
    const auto workers = std::size_t{2};
    mixed_script from(plan, {1, workers, 8}, 99, shared);
    model server;
    random_stream numbers(1);
    std::vector<std::optional<task>> users(8);
    std::map<operation, int> counts;
    for (int i = 0; i < 20'000; ++i)
    {
        const auto number = numbers.below(users.size());
        auto& mine = users[number];
        if (mine)
        {
            server.end(*mine);
            from.done(number, *mine, true);
            mine.reset();
            continue;
        }
        mine = from.next(number);
        REQUIRE(mine);
        REQUIRE(mine->key % workers == 1);
        REQUIRE(mine->key < plan.keys);
        ++counts[mine->what];
        server.begin(*mine);
    }
    CHECK(counts[operation::put] > 1'500);
    CHECK(counts[operation::remove] > 1'500);
    CHECK(counts[operation::get] > 4'000);
}

TEST_CASE("mixed leaves a key alone whose change has failed")
{
    script_plan plan;
    plan.what = workload::mixed;
    plan.keys = 2;
    plan.mix = {0, 0, 1};
    shared_counters shared;
    mixed_script from(plan, {}, 1, shared);
    const auto first = from.next(0);
    REQUIRE(first);
    CHECK(first->what == operation::remove);
    from.done(0, *first, false);
    for (int i = 0; i < 20; ++i)
    {
        const auto next = from.next(0);
        REQUIRE(next);
        CHECK(next->key != first->key);
        from.done(0, *next, true);
    }
}
