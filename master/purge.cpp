#include "master/purge.hpp"

#include "master/commit_decision.hpp"
#include "master/deletions.hpp"
#include "master/records.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace smol::master {

namespace {

constexpr change_step purge_step{"janitor.before", "janitor.after"};
constexpr std::size_t purged_at_a_time = 64;     // in one change: others wait for it
constexpr std::uint64_t margin_us = 60'000'000;  // of a lifetime of a minute or more

// Forgets a tombstone if it is still what the key's record says and nothing of the value is left.
result<void> forget_tombstone(change_view& view, const entry& one)
{
    const auto record = read_record(view, one.value);
    if (!record)
        return record.error();
    const auto is_it = *record && (*record)->is == wire::state::tombstone &&
                       generation_entry((*record)->event) == one.key;
    if (!is_it)
    {
        view.remove(family::tombstones, one.key);
        return {};
    }
    for (const auto& volume : (*record)->volumes)
    {
        const doomed_blob blob{volume, (*record)->generation};
        const auto waits = view.get(family::deletions, deletion_entry(blob, one.value));
        if (!waits)
            return waits.error();
        if (*waits)
            return {};
    }
    view.remove(family::tombstones, one.key);
    view.remove(family::records, one.value);
    return {};
}

result<void> forget_tombstones(change_view& view, const std::vector<entry>& page)
{
    for (const auto& one : page)
        if (const auto forgotten = forget_tombstone(view, one); !forgotten)
            return forgotten;
    return {};
}

// Answers to commits of generations below that of the entry `end`.
net::task<result<void>> purge_commits(index& entries, std::string end)
{
    const auto any = co_await entries.scan(family::commits, {}, end, 1);
    if (!any)
        co_return any.error();
    if (any->entries.empty())
        co_return result<void>();
    change forget;
    forget.decide = [&end](change_view& view) -> result<void> {
        view.remove_range(family::commits, {}, end);
        return {};
    };
    const auto applied = co_await entries.apply(std::move(forget));
    co_return applied;
}

net::task<result<void>> purge_tombstones(index& entries, std::string end)
{
    std::string from;
    for (;;)
    {
        const auto found = co_await entries.scan(family::tombstones, from, end, purged_at_a_time);
        if (!found)
            co_return found.error();
        if (found->entries.empty())
            co_return result<void>();
        from = found->entries.back().key + '\0';
        change forget;
        forget.step = purge_step;
        forget.decide = [&](change_view& view) { return forget_tombstones(view, found->entries); };
        const auto applied = co_await entries.apply(std::move(forget));
        if (!applied)
            co_return applied;
    }
}

}  // namespace

net::task<result<void>> purge(index& entries, std::uint64_t now, std::uint64_t lifetime_us)
{
    const auto age = lifetime_us + std::min(lifetime_us, margin_us);
    if (now <= age)
        co_return result<void>();
    const auto end = generation_entry(now - age);
    const auto commits_purged = co_await purge_commits(entries, end);
    if (!commits_purged)
        co_return commits_purged;
    const auto tombstones_purged = co_await purge_tombstones(entries, end);
    co_return tombstones_purged;
}

}  // namespace smol::master
