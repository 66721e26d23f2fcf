#include "volume/verified_set.hpp"

namespace smol::volume {

bool verified_set::contains(const blob_identity& blob)
{
    const std::lock_guard hold(mutex_);
    const auto at = places_.find(blob);
    if (at == places_.end())
        return false;
    by_use_.splice(by_use_.begin(), by_use_, at->second);
    return true;
}

void verified_set::remove(const blob_identity& blob)
{
    const std::lock_guard hold(mutex_);
    const auto at = places_.find(blob);
    if (at == places_.end())
        return;
    by_use_.erase(at->second);
    places_.erase(at);
}

void verified_set::add(const blob_identity& blob)
{
    const std::lock_guard hold(mutex_);
    if (places_.contains(blob))
        return;
    by_use_.push_front(blob);
    places_.emplace(blob, by_use_.begin());
    if (places_.size() <= entries_max_)
        return;
    places_.erase(by_use_.back());
    by_use_.pop_back();
}

}  // namespace smol::volume
