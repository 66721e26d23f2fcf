#include "master/delivery_queue.hpp"

#include <utility>

namespace smol::master {

bool delivery_queue::enter(entry fresh)
{
    const std::lock_guard hold(mutex_);
    if (!wants_scan_)
        held_.insert_or_assign(std::move(fresh.key), std::move(fresh.value));
    if (held_.size() > entries_max)
        want_scan();
    return begins();
}

bool delivery_queue::wake()
{
    const std::lock_guard hold(mutex_);
    want_scan();
    return begins();
}

std::optional<delivery_work> delivery_queue::take()
{
    const std::lock_guard hold(mutex_);
    has_come_ = false;
    delivery_work work;
    work.is_scan = std::exchange(wants_scan_, false);
    if (work.is_scan)
        return work;
    while (!held_.empty() && work.entries.size() < page_entries)
    {
        auto first = held_.extract(held_.begin());
        work.entries.push_back({std::move(first.key()), std::move(first.mapped())});
    }
    is_at_work_ = !work.entries.empty();
    if (!is_at_work_)
        return std::nullopt;
    return work;
}

void delivery_queue::skip(const std::vector<std::string>& delivered)
{
    const std::lock_guard hold(mutex_);
    for (const auto& key : delivered)
        held_.erase(key);
}

void delivery_queue::fail()
{
    const std::lock_guard hold(mutex_);
    want_scan();
}

bool delivery_queue::rest()
{
    const std::lock_guard hold(mutex_);
    want_scan();
    is_at_work_ = has_come_;
    return !is_at_work_;
}

bool delivery_queue::begins()
{
    has_come_ = true;
    return !std::exchange(is_at_work_, true);
}

void delivery_queue::want_scan()
{
    wants_scan_ = true;
    held_.clear();
}

}  // namespace smol::master
