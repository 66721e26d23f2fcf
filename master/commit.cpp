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
    const auto now = generations.now();
    auto right = wire::redeem(request.ticket, request.key, of.secret, now);
    if (!right)
        co_return refused(right.error());

    commit_facts facts;
    facts.right = std::move(*right);
    facts.value = request.value;
    facts.volumes = std::move(request.volumes);
    facts.now = now;
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

net::task<result<wire::staged_answer>> answer_staged(
    index& entries, generation_clock& generations, const identity& of, wire::staged_query query)
{
    wire::staged_answer answer;
    for (const auto& one : query.entries)
    {
        // The outcome first: a commit between the two reads is then seen by the second one.
        const auto entry = generation_entry(one.generation);
        const auto outcome = co_await entries.get(family::commits, entry);
        if (!outcome)
            co_return outcome.error();
        auto current = co_await read_record(entries, one.key);
        if (!current)
            co_return current.error();

        const staged_facts facts{query.volume,
            one.generation,
            std::move(*current),
            outcome->has_value(),
            generations.now(),
            of.lifetime_us};
        answer.verdicts.push_back(judge_staged(facts));
    }
    co_return answer;
}

}  // namespace smol::master
