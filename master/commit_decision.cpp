#include "master/commit_decision.hpp"

#include "common/base/broken.hpp"
#include "common/base/hex.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace smol::master {

namespace {

using wire::commit_outcome;
using wire::precondition;

constexpr std::array<std::pair<commit_outcome, std::string_view>, 3> outcome_names{{
    {commit_outcome::created, "created"},
    {commit_outcome::replaced, "replaced"},
    {commit_outcome::superseded, "superseded"},
}};

commit_decision refused(errc reason, bool remember)
{
    commit_decision decision;
    decision.answer = {commit_outcome::refused, name_of(make_error_code(reason))};
    decision.remember = remember;
    return decision;
}

// What was committed and is not the key's value any more must not be published again: the deletion
// of its blobs may have been confirmed.
commit_decision repeat(const commit_facts& facts)
{
    const auto& earlier = *facts.earlier;
    const auto is_refusal = earlier.answer.outcome == commit_outcome::refused;
    if (!is_refusal && earlier.value != facts.value.xxh3)
        return refused(errc::write_conflict, false);
    const auto& current = facts.current;
    const auto is_kept = current && current->generation == facts.right.generation &&
                         current->is != wire::state::tombstone;
    commit_decision decision;
    decision.answer = earlier.answer;
    if (!is_refusal && !is_kept)
        decision.answer.outcome = commit_outcome::superseded;
    return decision;
}

bool contains(const std::vector<std::string>& names, const std::string& sought)
{
    return std::find(names.begin(), names.end(), sought) != names.end();
}

// Those that have it, in the order of the ticket; empty if a name is unknown to the ticket or
// doubled.
std::vector<std::string> holders(const commit_facts& facts)
{
    std::vector<std::string> ordered;
    for (const auto& place : facts.right.places)
        if (contains(facts.volumes, place.volume) && !contains(ordered, place.volume))
            ordered.push_back(place.volume);
    if (ordered.size() != facts.volumes.size())
        ordered.clear();
    return ordered;
}

std::optional<errc> fault_of(const commit_facts& facts, std::size_t holder_count)
{
    if (facts.right.op != wire::operation::put || facts.value.generation != facts.right.generation)
        return errc::ticket_invalid;
    if (holder_count == 0)
        return errc::ticket_invalid;
    if (facts.value.size > facts.right.size_max)
        return errc::body_too_large;
    if (holder_count < facts.right.replicas_min)
        return errc::too_few_volumes;
    return std::nullopt;
}

// Why the precondition of the ticket does not hold, if so.
std::optional<errc> broken_precondition(const commit_facts& facts, bool is_live)
{
    if (is_broken(breakage::no_precondition_at_commit))
        return std::nullopt;
    switch (facts.right.holds)
    {
    case precondition::none:
        return std::nullopt;
    case precondition::absent:
        return is_live ? std::optional(errc::write_conflict) : std::nullopt;
    case precondition::absent_asked:
        return is_live ? std::optional(errc::precondition_failed) : std::nullopt;
    case precondition::unchanged:
        if (facts.current && facts.current->event == facts.right.based_on)
            return std::nullopt;
        return errc::precondition_failed;
    }
    return errc::precondition_failed;
}

// A later event of the key is there already.
commit_decision decide_late(const commit_facts& facts)
{
    const auto wants = facts.right.holds;
    if (wants == precondition::none && facts.right.generation > facts.current->conditional)
    {
        commit_decision decision;
        decision.answer = {commit_outcome::superseded, {}};
        decision.remember = true;
        return decision;
    }
    const auto is_policy = wants == precondition::none || wants == precondition::absent;
    return refused(is_policy ? errc::write_conflict : errc::precondition_failed, true);
}

wire::record new_record(const commit_facts& facts, std::vector<std::string> volumes)
{
    const auto generation = facts.right.generation;
    const auto before = facts.current ? facts.current->conditional : 0;
    wire::record record;
    record.generation = generation;
    record.event = generation;
    record.conditional = facts.right.holds == precondition::none ? before : generation;
    record.size = facts.value.size;
    record.xxh3 = facts.value.xxh3;
    record.md5 = facts.value.md5;
    record.volumes = std::move(volumes);
    return record;
}

}  // namespace

commit_decision decide_commit(const commit_facts& facts)
{
    if (facts.earlier)
        return repeat(facts);
    if (facts.now > facts.right.expires)
        return refused(errc::ticket_expired, false);
    auto volumes = holders(facts);
    if (const auto fault = fault_of(facts, volumes.size()))
        return refused(*fault, *fault == errc::too_few_volumes);

    const auto& current = facts.current;
    const auto is_live = current && current->is == wire::state::live;
    if (const auto broken = broken_precondition(facts, is_live))
        return refused(*broken, true);
    if (current && facts.right.generation < current->event)
        return decide_late(facts);

    commit_decision decision;
    decision.answer.outcome = is_live ? commit_outcome::replaced : commit_outcome::created;
    decision.remember = true;
    if (current && current->is != wire::state::tombstone)
        for (const auto& holder : current->volumes)
            if (!contains(volumes, holder))
                decision.doomed.push_back({holder, current->generation});
    decision.write = new_record(facts, std::move(volumes));
    return decision;
}

std::string print_answer(const given_answer& given)
{
    for (const auto& [outcome, name] : outcome_names)
        if (outcome == given.answer.outcome)
            return fmt::format("{} {}", name, to_hex(given.value));
    return fmt::format("refused {}", given.answer.reason);
}

result<given_answer> parse_answer(std::string_view text)
{
    const auto blank = text.find(' ');
    if (blank == std::string_view::npos || blank + 1 == text.size())
        return errc::format_damaged;
    const auto word = text.substr(0, blank);
    const auto rest = text.substr(blank + 1);
    if (word == "refused")
        return given_answer{{commit_outcome::refused, std::string(rest)}, {}};
    const auto digest = from_hex(rest);
    if (!digest || digest->size() != sizeof(xxh3_digest))
        return errc::format_damaged;
    for (const auto& [outcome, name] : outcome_names)
    {
        if (word != name)
            continue;
        given_answer given{{outcome, {}}, {}};
        std::ranges::copy(as_bytes(*digest), given.value.begin());
        return given;
    }
    return errc::format_damaged;
}

std::string generation_entry(std::uint64_t generation)
{
    return fmt::format("{:016x}", generation);
}

}  // namespace smol::master
