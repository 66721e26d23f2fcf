#include "master/staged_verdict.hpp"

#include <algorithm>

namespace smol::master {

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
    if (facts.now > facts.generation + facts.lifetime_us)
        return staged_verdict::discard;
    return staged_verdict::wait;
}

}  // namespace smol::master
