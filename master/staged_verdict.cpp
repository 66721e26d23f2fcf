#include "master/staged_verdict.hpp"

#include <algorithm>

namespace smol::master {

namespace {

constexpr std::uint64_t margin_us = 30'000'000;

}  // namespace

wire::staged_verdict judge_staged(const staged_facts& facts)
{
    using wire::staged_verdict;
    const auto& current = facts.current;
    if (current && current->generation == facts.generation)
    {
        const auto& holders = current->volumes;
        const auto is_holder =
            std::find(holders.begin(), holders.end(), facts.volume) != holders.end();
        const auto is_kept = current->is != wire::state::tombstone;
        return is_kept && is_holder ? staged_verdict::publish : staged_verdict::discard;
    }
    // Asked for and answered, and not the key's value: overwritten, deleted, superseded or refused.
    if (facts.is_answered)
        return staged_verdict::discard;
    // A generation below the key's last event never becomes the key's value any more.
    if (current && facts.generation < current->event)
        return staged_verdict::discard;
    // A commit that was decided in time is seen only once it is written.
    const auto margin = std::min(facts.lifetime_us / 2, margin_us);
    if (facts.now > facts.generation + facts.lifetime_us + margin)
        return staged_verdict::discard;
    return staged_verdict::wait;
}

}  // namespace smol::master
