#include "master/staged_verdict.hpp"

#include <catch2/catch.hpp>

#include <vector>

namespace smol::master {

namespace {

using wire::staged_verdict;
using wire::state;

wire::record record_of(state is, std::uint64_t generation, std::uint64_t event)
{
    wire::record record;
    record.is = is;
    record.generation = generation;
    record.event = event;
    record.volumes = {"vol-a", "vol-b"};
    return record;
}

}  // namespace

TEST_CASE("a staged blob is published, discarded or left, by what the index knows")
{
    struct row
    {
        const char* volume;
        std::optional<wire::record> current;
        bool is_answered;
        std::uint64_t now;
        staged_verdict verdict;
    };
    constexpr auto answered = true;
    constexpr auto unanswered = false;
    const auto live = record_of(state::live, 100, 100);
    const std::vector<row> rows{
        // Committed.
        {"vol-a", live, answered, 150, staged_verdict::publish},
        {"vol-b", live, unanswered, 9999, staged_verdict::publish},
        {"vol-a", record_of(state::unlinked, 100, 120), answered, 150, staged_verdict::publish},
        {"vol-a", record_of(state::live, 100, 130), answered, 150, staged_verdict::publish},
        // Committed without this volume, or not the key's value any more.
        {"vol-x", live, answered, 150, staged_verdict::discard},
        {"vol-a", record_of(state::tombstone, 100, 120), answered, 150, staged_verdict::discard},
        {"vol-a", record_of(state::live, 110, 110), answered, 150, staged_verdict::discard},
        {"vol-a", std::nullopt, answered, 150, staged_verdict::discard},
        // Answered with no.
        {"vol-a", record_of(state::live, 90, 90), answered, 150, staged_verdict::discard},
        {"vol-a", record_of(state::live, 110, 110), answered, 150, staged_verdict::discard},
        // Not asked for yet.
        {"vol-a", std::nullopt, unanswered, 150, staged_verdict::wait},
        {"vol-a", record_of(state::live, 90, 90), unanswered, 150, staged_verdict::wait},
        {"vol-a", record_of(state::tombstone, 80, 90), unanswered, 150, staged_verdict::wait},
        {"vol-a", std::nullopt, unanswered, 1100, staged_verdict::wait},
        {"vol-a", std::nullopt, unanswered, 1600, staged_verdict::wait},  // it may be being written
        // Never will be.
        {"vol-a", record_of(state::live, 110, 110), unanswered, 150, staged_verdict::discard},
        {"vol-a", record_of(state::live, 90, 101), unanswered, 150, staged_verdict::discard},
        {"vol-a", record_of(state::tombstone, 90, 101), unanswered, 150, staged_verdict::discard},
        {"vol-a", std::nullopt, unanswered, 1601, staged_verdict::discard},
        {"vol-a", record_of(state::live, 90, 90), unanswered, 1601, staged_verdict::discard},
    };
    for (std::size_t i = 0; i < rows.size(); ++i)
    {
        CAPTURE(i);
        const auto& one = rows[i];
        const staged_facts facts{one.volume, 100, one.current, one.is_answered, one.now, 1000};
        CHECK(judge_staged(facts) == one.verdict);
    }
}

}  // namespace smol::master
