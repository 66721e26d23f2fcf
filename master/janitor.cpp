#include "master/janitor.hpp"

#include "common/base/log.hpp"
#include "common/net/all_of.hpp"
#include "common/wire/ticket.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

namespace smol::master {

namespace {

using namespace std::chrono_literals;

constexpr change_step janitor_step{"janitor.before", "janitor.after"};
constexpr std::size_t page_entries = 256;
constexpr std::size_t deliveries_at_a_time = 16;
constexpr std::uint64_t remove_ticket_us = 60'000'000;
constexpr std::chrono::milliseconds first_pause = 1s;
constexpr std::chrono::milliseconds longest_pause = 30s;

std::string after(const std::string& key)
{
    return key + '\0';
}

}  // namespace

void janitor::entered(const std::vector<doomed_blob>& doomed)
{
    pending_ += std::ssize(doomed);
    for (const auto& blob : doomed)
        wake(blob.volume);
}

void janitor::wake(const std::string& volume)
{
    {
        const std::lock_guard lock(mutex_);
        const auto [at, is_new] = running_.try_emplace(volume, false);
        at->second = !is_new;
        if (!is_new)
            return;
    }
    spawn_("deletions", deliver(volume));
}

// Atomically with wake(): either a later wake starts anew, or we go on.
bool janitor::has_ended(const std::string& volume)
{
    const std::lock_guard lock(mutex_);
    const auto at = running_.find(volume);
    if (std::exchange(at->second, false))
        return false;
    running_.erase(at);
    return true;
}

net::task<void> janitor::deliver(std::string volume)
{
    auto pause = first_pause;
    for (;;)
    {
        const auto here = with_.members.find(volume);
        const auto is_away = !here || here->is() == presence::down;
        if (stopped_.load())
            co_return;
        if (is_away && has_ended(volume))
            co_return;
        if (is_away)
            continue;
        const auto is_done = co_await deliver_all(*here);
        if (is_done)
        {
            here->settle();
            if (has_ended(volume))
                co_return;
            pause = first_pause;
            continue;
        }
        co_await pause_unless_ended(*here, pause);
        pause = membership::has_ended(*here) ? first_pause : std::min(pause * 2, longest_pause);
    }
}

// A volume that has come back does not wait out the pause of the stay before.
net::task<void> janitor::pause_unless_ended(const member& to, std::chrono::milliseconds pause)
{
    constexpr auto slice = 250ms;
    for (auto waited = 0ms; waited < pause && !is_over(to); waited += slice)
        co_await with_.time.wait(slice);
}

bool janitor::is_over(const member& to) const noexcept
{
    return stopped_.load() || membership::has_ended(to);
}

// One pass over all that waits for a volume; true if nothing is left of it.
net::task<bool> janitor::deliver_all(member& to)
{
    const auto prefix = deletions_of(to.name());
    const auto end = end_of_prefix(prefix);
    auto from = prefix;
    for (;;)
    {
        const auto found = co_await with_.entries.scan(family::deletions, from, end, page_entries);
        if (!found)
            co_return false;
        if (found->entries.empty())
            co_return from == prefix;
        auto confirmed = co_await deliver_page(to, *found);
        const auto count = confirmed.size();
        const auto forgotten = co_await forget_deletions(std::move(confirmed));
        if (!forgotten || is_over(to))
            co_return false;
        // Who enters more wakes us after that; a scan passes over all that was removed lately.
        if (from == prefix && !found->more && count == found->entries.size())
            co_return true;
        // What failed stays behind; the pass goes on, so that one blob cannot hold up the others.
        if (count < found->entries.size())
            from = after(found->entries.back().key);
    }
}

net::task<std::vector<std::string>> janitor::deliver_page(const member& to, const page& batch)
{
    std::vector<std::string> confirmed;
    for (std::size_t begin = 0; begin < batch.entries.size(); begin += deliveries_at_a_time)
    {
        const auto end = std::min(begin + deliveries_at_a_time, batch.entries.size());
        std::vector<net::task<void>> deliveries;
        for (auto at = begin; at < end; ++at)
            deliveries.push_back(deliver_one(to, batch.entries[at], confirmed));
        co_await net::all_of(std::move(deliveries));
    }
    if (confirmed.size() < batch.entries.size())
        log::warning("deletions_postponed",
            {{"volume", to.name()}, {"count", batch.entries.size() - confirmed.size()}});
    co_return confirmed;
}

// All of a page run on one loop, so `confirmed` needs no lock.
net::task<void> janitor::deliver_one(
    const member& to, const entry& one, std::vector<std::string>& confirmed)
{
    const auto blob = parse_deletion_entry(one.key);
    if (!blob)
    {
        log::error("deletion_damaged", {{"entry", one.key}});
        co_return;
    }
    wire::ticket right;
    right.op = wire::operation::remove;
    right.generation = blob->generation;
    right.places.push_back({to.name(), to.facts().address});
    right.expires = with_.generations.now() + remove_ticket_us;
    auto ticket = wire::issue(right, one.value, with_.of.secret);
    const auto removed =
        co_await with_.volumes.remove(to.facts().address, one.value, std::move(ticket));
    if (removed)
        confirmed.push_back(one.key);
    else
        log::debug("deletion_postponed",
            {{"volume", to.name()}, {"entry", one.key}, {"reason", name_of(removed.error())}});
}

net::task<result<void>> janitor::forget_deletions(std::vector<std::string> confirmed)
{
    if (confirmed.empty())
        co_return result<void>();
    change forget;
    forget.step = janitor_step;
    forget.decide = [&confirmed](change_view& view) -> result<void> {
        for (const auto& key : confirmed)
            view.remove(family::deletions, key);
        return {};
    };
    const auto applied = co_await with_.entries.apply(std::move(forget));
    if (applied)
        pending_ -= std::ssize(confirmed);
    co_return applied;
}

net::task<result<void>> janitor::count()
{
    std::string from;
    for (;;)
    {
        const auto found = co_await with_.entries.scan(family::deletions, from, {}, page_entries);
        if (!found)
            co_return found.error();
        pending_ += std::ssize(found->entries);
        if (!found->more)
            co_return result<void>();
        from = after(found->entries.back().key);
    }
}

}  // namespace smol::master
