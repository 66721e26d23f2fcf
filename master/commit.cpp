#include "master/commit.hpp"

#include "common/base/failpoint.hpp"
#include "master/commit_decision.hpp"
#include "master/records.hpp"
#include "master/staged_verdict.hpp"

#include <utility>

namespace smol::master {

namespace {

constexpr change_step commit_step{"S8.before", "S8.after"};

result<std::optional<given_answer>> parsed(const std::optional<std::string>& outcome)
{
    if (!outcome)
        return std::optional<given_answer>();
    auto answer = parse_answer(*outcome);
    if (!answer)
        return answer.error();
    return std::optional(std::move(*answer));
}

// Reads what is there now, decides, and writes.
result<void> decide_and_write(
    change_view& view, commit_facts& facts, std::string_view key, committed& into)
{
    const auto generation = generation_entry(facts.right.generation);
    const auto outcome = view.get(family::commits, generation);
    if (!outcome)
        return outcome.error();
    auto earlier = parsed(*outcome);
    if (!earlier)
        return earlier.error();
    auto current = read_record(view, key);
    if (!current)
        return current.error();
    facts.earlier = std::move(*earlier);
    facts.current = std::move(*current);

    auto decision = decide_commit(facts);
    if (decision.write)
        write_record(view, key, *decision.write);
    if (decision.remember)
        view.put(family::commits, generation, print_answer({decision.answer, facts.value.xxh3}));
    enter_deletions(view, decision.doomed, key);
    into = {std::move(decision.answer), std::move(decision.doomed)};
    return {};
}

committed refused(const error_code& reason)
{
    return {{wire::commit_outcome::refused, name_of(reason)}, {}};
}

}  // namespace

net::task<result<committed>> commit_value(
    index& entries, generation_clock& generations, const identity& of, wire::commit_request request)
{
    // Whether the ticket has expired is decided with the rest: a commit that was answered before
    // keeps its answer.
    auto right = wire::redeem(request.ticket, request.key, of.secret, 0);
    if (!right)
        co_return refused(right.error());

    commit_facts facts;
    facts.right = std::move(*right);
    facts.value = request.value;
    facts.volumes = std::move(request.volumes);
    committed outcome;
    change commit;
    commit.step = commit_step;
    commit.decide = [&](change_view& view) {
        facts.now = generations.now();
        return decide_and_write(view, facts, request.key, outcome);
    };
    const auto applied = co_await entries.apply(std::move(commit));
    if (!applied)
        co_return applied.error();
    co_return outcome;
}

namespace {

// What is known of a generation that a volume asks about. The outcome is read first: a commit
// between the two reads is then seen by the second one.
net::task<result<staged_facts>> read_staged_facts(index& entries, const wire::staged_entry& one)
{
    const auto outcome = co_await entries.get(family::commits, generation_entry(one.generation));
    if (!outcome)
        co_return outcome.error();
    auto current = co_await read_record(entries, one.key);
    if (!current)
        co_return current.error();
    staged_facts facts;
    facts.generation = one.generation;
    facts.current = std::move(*current);
    facts.is_answered = outcome->has_value();
    co_return facts;
}

// Judges again, and where the answer would still be to wait refuses the commit for ever.
result<void> judge_and_fence(
    change_view& view, const std::string& key, staged_facts& facts, wire::staged_verdict& verdict)
{
    const auto entry = generation_entry(facts.generation);
    const auto outcome = view.get(family::commits, entry);
    if (!outcome)
        return outcome.error();
    auto current = read_record(view, key);
    if (!current)
        return current.error();
    facts.is_answered = outcome->has_value();
    facts.current = std::move(*current);
    verdict = judge_staged(facts);
    if (verdict != wire::staged_verdict::wait)
        return {};
    view.put(family::commits, entry, print_answer({refused(errc::write_conflict).answer, {}}));
    verdict = wire::staged_verdict::discard;
    return {};
}

// Only the volume that received a value from the client asks for its commit. Once that one has
// given it up nobody will, and the replicas' copies are not to wait for the ticket to expire.
net::task<result<wire::staged_verdict>> fence(
    index& entries, const wire::staged_entry& one, staged_facts facts)
{
    auto verdict = wire::staged_verdict::wait;
    change rule_out;
    rule_out.decide = [&](change_view& view) {
        return judge_and_fence(view, one.key, facts, verdict);
    };
    const auto applied = co_await entries.apply(std::move(rule_out));
    if (!applied)
        co_return applied.error();
    co_return verdict;
}

}  // namespace

net::task<result<wire::staged_answer>> answer_staged(
    index& entries, generation_clock& generations, const identity& of, wire::staged_query query)
{
    wire::staged_answer answer;
    for (const auto& one : query.entries)
    {
        auto facts = co_await read_staged_facts(entries, one);
        if (!facts)
            co_return facts.error();
        facts->volume = query.volume;
        facts->now = generations.now();
        facts->lifetime_us = of.lifetime_us;
        auto verdict = result<wire::staged_verdict>(judge_staged(*facts));
        if (one.first && *verdict == wire::staged_verdict::wait)
            verdict = co_await fence(entries, one, std::move(*facts));
        if (!verdict)
            co_return verdict.error();
        answer.verdicts.push_back(*verdict);
    }
    co_return answer;
}

}  // namespace smol::master
