#include "bench/load/script.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace smol::load;

namespace {

script_plan plan_of(workload what, std::uint64_t keys, std::uint64_t count = 0)
{
    script_plan made;
    made.what = what;
    made.keys = keys;
    made.first_key = 100;
    made.count = count;
    return made;
}

}  // namespace

TEST_CASE("put gives each key once, whoever asks, and new generations only if it overwrites")
{
    shared_counters shared;
    auto plan = plan_of(workload::put, 3);
    const auto one = make_script(plan, {0, 2, 1}, shared);
    const auto other = make_script(plan, {1, 2, 1}, shared);
    CHECK(one->next(0)->key == 100);
    CHECK(other->next(0)->key == 101);
    CHECK(one->next(0)->key == 102);
    CHECK_FALSE(one->next(0));
    CHECK_FALSE(other->next(0));

    shared_counters again;
    plan.overwrites = true;
    const auto third = make_script(plan, {}, again);
    for (int i = 0; i < 4; ++i)
        third->next(0);
    const auto fifth = third->next(0);
    CHECK(fifth->key == 101);
    CHECK(fifth->generation == 1);
}

TEST_CASE("put without a number of keys never ends")
{
    shared_counters shared;
    const auto from = make_script(plan_of(workload::put, 0), {}, shared);
    for (std::uint64_t i = 0; i < 1'000; ++i)
        REQUIRE(from->next(0)->key == 100 + i);
}

TEST_CASE("a count ends every workload, over all workers")
{
    const auto what =
        GENERATE(workload::get, workload::put, workload::missing, workload::mixed, workload::list);
    shared_counters shared;
    const auto plan = plan_of(what, 50, 10);
    const auto one = make_script(plan, {0, 2, 4}, shared);
    const auto other = make_script(plan, {1, 2, 4}, shared);
    int given = 0;
    for (int i = 0; i < 20; ++i)
        given += (i % 2 == 0 ? one : other)->next(0) ? 1 : 0;
    CHECK(given == 10);
}

TEST_CASE("get stays within the keys; missing asks for none of them")
{
    const auto law = GENERATE(key_law::uniform, key_law::zipf);
    shared_counters shared;
    auto plan = plan_of(workload::get, 7);
    plan.law = law;
    const auto from = make_script(plan, {}, shared);
    std::set<std::uint64_t> seen;
    for (int i = 0; i < 1'000; ++i)
        seen.insert(from->next(0)->key);
    CHECK(seen.size() == 7);
    CHECK(*seen.begin() == 100);
    CHECK(*seen.rbegin() == 106);

    plan.what = workload::missing;
    const auto absent = make_script(plan, {}, shared);
    CHECK(absent->next(0)->key > 1'000'000'000);
}

TEST_CASE("each worker looks up each key once")
{
    shared_counters shared;
    const auto plan = plan_of(workload::look_up, 3);
    for (std::size_t number = 0; number < 2; ++number)
    {
        const auto from = make_script(plan, {number, 2, 1}, shared);
        CHECK(from->next(0)->key == 100);
        CHECK(from->next(0)->key == 101);
        CHECK(from->next(0)->key == 102);
        CHECK_FALSE(from->next(0));
    }
}

TEST_CASE("thrash puts, gets and deletes a key of the user's own")
{
    shared_counters shared;
    const auto from = make_script(plan_of(workload::thrash, 0, 3), {0, 1, 2}, shared);
    const auto step =
        [&](std::size_t user, operation what, std::uint64_t key, bool is_success = true) {
            const auto next = from->next(user);
            REQUIRE(next);
            CHECK(next->what == what);
            CHECK(next->key == key);
            from->done(user, *next, is_success);
        };
    step(0, operation::put, 100);
    step(1, operation::put, 101);
    step(0, operation::get, 100);
    step(0, operation::remove, 100);
    step(1, operation::get, 101, false);  // its cycle is given up
    step(0, operation::put, 102);
    CHECK_FALSE(from->next(1));  // three cycles were begun
    step(0, operation::get, 102);
    step(0, operation::remove, 102);
    CHECK_FALSE(from->next(0));
}
