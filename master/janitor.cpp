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
constexpr auto page_entries = delivery_queue::page_entries;
constexpr std::size_t deliveries_at_a_time = 16;
constexpr std::uint64_t remove_ticket_us = 60'000'000;
constexpr std::chrono::milliseconds first_pause = 1s;
constexpr std::chrono::milliseconds longest_pause = 30s;

std::string after(const std::string& key)
{
    return key + '\0';
}

}  // namespace

void janitor::entered(const std::vector<doomed_blob>& doomed, std::string_view key)
{
    pending_ += std::ssize(doomed);
    for (const auto& blob : doomed)
    {
        auto& queue = queue_of(blob.volume);
        if (queue.enter({deletion_entry(blob, key), std::string(key)}))
            spawn_("deletions", deliver(blob.volume, queue));
    }
}

void janitor::wake(const std::string& volume)
{
    auto& queue = queue_of(volume);
    if (queue.wake())
        spawn_("deletions", deliver(volume, queue));
}

delivery_queue& janitor::queue_of(const std::string& volume)
{
    const std::lock_guard lock(mutex_);
    return queues_[volume];
}

// Work is taken before the volume is looked for: whoever joins after that has it looked for again.
net::task<void> janitor::deliver(std::string volume, delivery_queue& from)
{
    auto pause = first_pause;
    for (;;)
    {
        const auto work = from.take();
        if (!work || stopped_.load())
            co_return;
        const auto here = with_.members.find(volume);
        const auto is_away = !here || here->is() == presence::down;
        if (is_away && from.rest())
            co_return;
        if (is_away)
            continue;
        const auto is_done = co_await carry_out(*here, from, *work);
        if (is_done)
        {
            pause = first_pause;
            continue;
        }
        from.fail();
        co_await pause_unless_ended(*here, pause);
        pause = membership::has_ended(*here) ? first_pause : std::min(pause * 2, longest_pause);
    }
}

// True if nothing is left of it.
net::task<bool> janitor::carry_out(member& to, delivery_queue& from, const delivery_work& work)
{
    if (!work.is_scan)
    {
        const auto count = co_await deliver_and_forget(to, from, work.entries);
        const bool is_all = count == result<std::size_t>(work.entries.size());
        co_return is_all;
    }
    const auto is_done = co_await deliver_all(to, from);
    if (is_done)
        to.settle();
    co_return is_done;
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
net::task<bool> janitor::deliver_all(const member& to, delivery_queue& from)
{
    const auto prefix = deletions_of(to.name());
    const auto end = end_of_prefix(prefix);
    auto begin = prefix;
    for (;;)
    {
        const auto found = co_await with_.entries.scan(family::deletions, begin, end, page_entries);
        if (!found)
            co_return false;
        if (found->entries.empty())
            co_return begin == prefix;
        const auto count = co_await deliver_and_forget(to, from, found->entries);
        if (!count || is_over(to))
            co_return false;
        // What is entered from now on is held for us.
        if (begin == prefix && !found->more && *count == found->entries.size())
            co_return true;
        // What failed stays behind; the pass goes on, so that one blob cannot hold up the others.
        if (*count < found->entries.size())
            begin = after(found->entries.back().key);
    }
}

// How many were; the errors of the index.
net::task<result<std::size_t>> janitor::deliver_and_forget(
    const member& to, delivery_queue& from, const std::vector<entry>& batch)
{
    auto confirmed = co_await deliver_page(to, batch);
    const auto count = confirmed.size();
    from.skip(confirmed);
    const auto forgotten = co_await forget_deletions(std::move(confirmed));
    if (!forgotten)
        co_return forgotten.error();
    co_return count;
}

net::task<std::vector<std::string>> janitor::deliver_page(
    const member& to, const std::vector<entry>& batch)
{
    std::vector<std::string> confirmed;
    for (std::size_t begin = 0; begin < batch.size(); begin += deliveries_at_a_time)
    {
        const auto end = std::min(begin + deliveries_at_a_time, batch.size());
        std::vector<net::task<void>> deliveries;
        for (auto at = begin; at < end; ++at)
            deliveries.push_back(deliver_one(to, batch[at], confirmed));
        co_await net::all_of(std::move(deliveries));
    }
    if (confirmed.size() < batch.size())
        log::warning("deletions_postponed",
            {{"volume", to.name()}, {"count", batch.size() - confirmed.size()}});
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

// One that was delivered both from memory and by a scan is there only once.
net::task<result<void>> janitor::forget_deletions(std::vector<std::string> confirmed)
{
    if (confirmed.empty())
        co_return result<void>();
    std::int64_t forgotten = 0;
    change forget;
    forget.step = janitor_step;
    forget.decide = [&confirmed, &forgotten](change_view& view) -> result<void> {
        for (const auto& key : confirmed)
        {
            const auto waits = view.get(family::deletions, key);
            if (!waits)
                return waits.error();
            if (!*waits)
                continue;
            view.remove(family::deletions, key);
            ++forgotten;
        }
        return {};
    };
    const auto applied = co_await with_.entries.apply(std::move(forget));
    if (applied)
        pending_ -= forgotten;
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
