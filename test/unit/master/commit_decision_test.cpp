#include "master/commit_decision.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace smol::master {

namespace {

using wire::commit_outcome;
using wire::precondition;
using wire::state;

constexpr std::uint64_t generation = 100;

// A good commit of generation 100 for a key that is not there.
commit_facts good_facts()
{
    commit_facts facts;
    facts.right.op = wire::operation::put;
    facts.right.generation = generation;
    facts.right.places = {{"vol-a", "h:1"}, {"vol-b", "h:2"}, {"vol-c", "h:3"}};
    facts.right.size_max = 1000;
    facts.right.replicas_min = 2;
    facts.right.expires = 5000;
    facts.value.generation = generation;
    facts.value.size = 7;
    facts.volumes = {"vol-a", "vol-b"};
    facts.now = 200;
    return facts;
}

wire::record record_at(state is, std::uint64_t event, std::uint64_t conditional)
{
    wire::record record;
    record.is = is;
    record.generation = 10;
    record.event = event;
    record.conditional = conditional;
    record.volumes = {"vol-b", "vol-d"};
    return record;
}

}  // namespace

TEST_CASE("a commit becomes the record, and what it replaces is doomed where it stays behind")
{
    struct row
    {
        std::optional<wire::record> current;
        precondition holds;
        commit_outcome outcome;
        std::uint64_t conditional;
        std::vector<doomed_blob> doomed;
    };
    const std::vector<doomed_blob> old{{"vol-d", 10}};
    const auto created = commit_outcome::created;
    const auto replaced = commit_outcome::replaced;
    const std::vector<row> rows{
        {std::nullopt, precondition::none, created, 0, {}},
        {std::nullopt, precondition::absent, created, generation, {}},
        {std::nullopt, precondition::absent_asked, created, generation, {}},
        {record_at(state::live, 50, 30), precondition::none, replaced, 30, old},
        {record_at(state::live, 50, 30), precondition::unchanged, replaced, generation, old},
        {record_at(state::tombstone, 50, 30), precondition::none, created, 30, {}},
        {record_at(state::tombstone, 50, 30), precondition::absent, created, generation, {}},
        {record_at(state::tombstone, 50, 30), precondition::absent_asked, created, generation, {}},
        {record_at(state::unlinked, 50, 50), precondition::absent, created, generation, old},
        {record_at(state::unlinked, 50, 50), precondition::none, created, 50, old},
    };
    for (std::size_t i = 0; i < rows.size(); ++i)
    {
        CAPTURE(i);
        auto facts = good_facts();
        facts.current = rows[i].current;
        facts.right.holds = rows[i].holds;
        facts.right.based_on = rows[i].holds == precondition::unchanged ? 50 : 0;
        const auto decision = decide_commit(facts);
        CHECK(decision.answer.outcome == rows[i].outcome);
        CHECK(decision.remember);
        REQUIRE(decision.write);
        CHECK(decision.write->is == state::live);
        CHECK(decision.write->generation == generation);
        CHECK(decision.write->event == generation);
        CHECK(decision.write->conditional == rows[i].conditional);
        CHECK(decision.write->size == 7);
        CHECK(decision.write->volumes == std::vector<std::string>{"vol-a", "vol-b"});
        CHECK(decision.doomed == rows[i].doomed);
    }
}

TEST_CASE("a commit whose precondition broke is refused, and stays refused")
{
    struct row
    {
        std::optional<wire::record> current;
        precondition holds;
        std::uint64_t based_on;
        const char* reason;
    };
    const std::vector<row> rows{
        {record_at(state::live, 50, 0), precondition::absent, 0, "write_conflict"},
        {record_at(state::live, 150, 0), precondition::absent, 0, "write_conflict"},
        {record_at(state::live, 50, 0), precondition::absent_asked, 0, "precondition_failed"},
        {record_at(state::live, 50, 0), precondition::unchanged, 49, "precondition_failed"},
        {record_at(state::tombstone, 60, 0), precondition::unchanged, 50, "precondition_failed"},
        {std::nullopt, precondition::unchanged, 50, "precondition_failed"},
        // Late: created and deleted in between.
        {record_at(state::tombstone, 150, 0), precondition::absent, 0, "write_conflict"},
        {record_at(state::tombstone, 150, 0), precondition::absent_asked, 0, "precondition_failed"},
        {record_at(state::unlinked, 150, 150), precondition::absent, 0, "write_conflict"},
        // Late, and an event in between depended on what was there.
        {record_at(state::live, 150, 150), precondition::none, 0, "write_conflict"},
        {record_at(state::live, 160, 120), precondition::none, 0, "write_conflict"},
        {record_at(state::unlinked, 150, 150), precondition::none, 0, "write_conflict"},
    };
    for (std::size_t i = 0; i < rows.size(); ++i)
    {
        CAPTURE(i);
        auto facts = good_facts();
        facts.current = rows[i].current;
        facts.right.holds = rows[i].holds;
        facts.right.based_on = rows[i].based_on;
        const auto decision = decide_commit(facts);
        CHECK(decision.answer.outcome == commit_outcome::refused);
        CHECK(decision.answer.reason == rows[i].reason);
        CHECK(decision.remember);
        CHECK_FALSE(decision.write);
        CHECK(decision.doomed.empty());
    }
}

TEST_CASE("an unconditional commit that comes late happened just before, and keeps nothing")
{
    for (const auto is : {state::live, state::tombstone})
        for (const std::uint64_t conditional : {0u, 99u})
        {
            auto facts = good_facts();
            facts.current = record_at(is, 150, conditional);
            const auto decision = decide_commit(facts);
            CHECK(decision.answer.outcome == commit_outcome::superseded);
            CHECK(decision.remember);
            CHECK_FALSE(decision.write);
            CHECK(decision.doomed.empty());
        }
}

TEST_CASE("a commit that was answered is answered the same while its value is the key's")
{
    for (const auto outcome : {commit_outcome::created, commit_outcome::replaced})
        for (const auto is : {state::live, state::unlinked})
        {
            auto facts = good_facts();
            facts.earlier = given_answer{{outcome, {}}, {}};
            facts.current = record_at(is, facts.right.generation, 0);
            facts.current->generation = facts.right.generation;
            const auto decision = decide_commit(facts);
            CHECK(decision.answer.outcome == outcome);
            CHECK_FALSE(decision.write);
        }
}

TEST_CASE("what was committed and is gone since is done, but not to be published any more")
{
    const std::vector<given_answer> answers{{{commit_outcome::created, {}}, {}},
        {{commit_outcome::replaced, {}}, {}},
        {{commit_outcome::superseded, {}}, {}},
        {{commit_outcome::refused, "write_conflict"}, {}}};
    for (const auto& earlier : answers)
        for (const auto& current : {std::optional<wire::record>(),
                 std::optional(record_at(state::live, 300, 300)),
                 std::optional(record_at(state::tombstone, 300, 300))})
        {
            auto facts = good_facts();
            facts.right.holds = precondition::absent;
            facts.earlier = earlier;
            facts.current = current;
            const auto decision = decide_commit(facts);
            if (earlier.answer.outcome == commit_outcome::refused)
                CHECK(decision.answer == earlier.answer);
            else
                CHECK(decision.answer.outcome == commit_outcome::superseded);
            CHECK_FALSE(decision.write);
            CHECK_FALSE(decision.remember);
            CHECK(decision.doomed.empty());
        }
}

TEST_CASE("a ticket that is used again for other bytes is told that another write came first")
{
    for (const auto outcome :
        {commit_outcome::created, commit_outcome::replaced, commit_outcome::superseded})
    {
        auto facts = good_facts();
        facts.earlier = given_answer{{outcome, {}}, xxh3_of("other")};
        const auto decision = decide_commit(facts);
        CHECK(decision.answer.outcome == commit_outcome::refused);
        CHECK(decision.answer.reason == "write_conflict");
        CHECK_FALSE(decision.remember);
        CHECK_FALSE(decision.write);
    }
}

TEST_CASE("a commit that its ticket does not cover is refused")
{
    struct row
    {
        const char* reason;
        void (*spoil)(commit_facts&);
    };
    const std::vector<row> rows{
        {"ticket_expired", [](commit_facts& of) { of.now = 5001; }},
        {"ticket_invalid", [](commit_facts& of) { of.right.op = wire::operation::replica; }},
        {"ticket_invalid", [](commit_facts& of) { of.right.op = wire::operation::get; }},
        {"ticket_invalid", [](commit_facts& of) { of.value.generation = generation + 1; }},
        {"ticket_invalid", [](commit_facts& of) { of.volumes = {}; }},
        {"ticket_invalid",
            [](commit_facts& of) {
                of.volumes = {"vol-a", "vol-x"};
            }},
        {"ticket_invalid",
            [](commit_facts& of) {
                of.volumes = {"vol-a", "vol-a"};
            }},
        {"ticket_invalid",
            [](commit_facts& of) {
                of.volumes = {"vol-a", "vol-b", ""};
            }},
        {"body_too_large", [](commit_facts& of) { of.value.size = 1001; }},
        {"too_few_volumes", [](commit_facts& of) { of.volumes = {"vol-b"}; }},
    };
    for (std::size_t i = 0; i < rows.size(); ++i)
    {
        CAPTURE(i);
        auto facts = good_facts();
        rows[i].spoil(facts);
        const auto decision = decide_commit(facts);
        CHECK(decision.answer.outcome == commit_outcome::refused);
        CHECK(decision.answer.reason == rows[i].reason);
        CHECK_FALSE(decision.write);
    }
}

TEST_CASE("the limits of a ticket are within it")
{
    auto facts = good_facts();
    facts.now = 5000;
    facts.value.size = 1000;
    facts.volumes = {"vol-c", "vol-a"};
    const auto decision = decide_commit(facts);
    REQUIRE(decision.write);
    CHECK(decision.write->volumes == std::vector<std::string>{"vol-a", "vol-c"});
}

TEST_CASE("answers are read as they were printed, and nothing else is")
{
    const auto value = xxh3_of("bytes");
    const std::vector<given_answer> answers{{{commit_outcome::created, {}}, value},
        {{commit_outcome::replaced, {}}, value},
        {{commit_outcome::superseded, {}}, value},
        {{commit_outcome::refused, "precondition_failed"}, {}}};
    for (const auto& given : answers)
        CHECK(*parse_answer(print_answer(given)) == given);

    const std::string digits(32, 'a');
    for (const auto& text : {std::string(),
             std::string("created"),
             std::string("created "),
             "created " + digits + "a",
             "created " + digits + "aa",
             "created  " + digits,
             "created " + std::string(32, 'A'),
             "Created " + digits,
             "superseeded " + digits,
             std::string("refused"),
             std::string("refused "),
             std::string("live")})
    {
        CAPTURE(text);
        CHECK(parse_answer(text).error() == errc::format_damaged);
    }
}

TEST_CASE("entries of generations sort as the generations do")
{
    CHECK(generation_entry(0) == "0000000000000000");
    CHECK(generation_entry(0xabc) == "0000000000000abc");
    CHECK(generation_entry(9) < generation_entry(10));
    CHECK(generation_entry(0xff) < generation_entry(0x100));
    CHECK(generation_entry(~std::uint64_t{0}) == "ffffffffffffffff");
}

}  // namespace smol::master
