#include "volume/blob_cache.hpp"

#include "common/base/broken.hpp"

#include <functional>
#include <utility>

namespace smol::volume {

namespace {

constexpr std::size_t marks = 4'096;
constexpr std::size_t entry_bytes = 700;  // without the value and its key, about

std::size_t place_of(std::string_view key)
{
    return std::hash<std::string_view>()(key) % marks;
}

std::size_t bytes_of(const found_blob& one)
{
    return one.bytes.size() + one.about.key.size() + one.fields.size() + entry_bytes;
}

}  // namespace

blob_cache::blob_cache(const limits& most)
    : files_{most.files}, bytes_{most.bytes}, changes_(marks, 0)
{}

shared_blob blob_cache::find(std::string_view key)
{
    const std::lock_guard hold(mutex_);
    const auto found = places_.find(key);
    if (found == places_.end())
        return nullptr;
    const auto at = found->second;
    auto& latest = at->in->by_use;
    latest.splice(latest.begin(), latest, at);
    return at->what;
}

blob_cache::mark blob_cache::mark_of(std::string_view key) const
{
    const auto place = place_of(key);
    const std::lock_guard hold(mutex_);
    return {place, changes_[place]};
}

void blob_cache::keep(shared_blob one, const mark& since)
{
    entries gone;
    const std::lock_guard hold(mutex_);
    if (changes_[since.place] != since.changes)
        return;
    const auto before = places_.find(one->about.key);
    if (before != places_.end())
        take_out(before->second, gone);
    const bool is_open = one->content != nullptr;
    auto& in = is_open ? files_ : bytes_;
    const auto cost = is_open ? 1 : bytes_of(*one);
    in.by_use.push_front({std::move(one), cost, &in});
    in.used += cost;
    places_.emplace(in.by_use.front().what->about.key, in.by_use.begin());
    shrink(in, in.most, gone);
}

void blob_cache::forget(std::string_view key)
{
    if (is_broken(breakage::stale_blobs_at_hand))
        return;
    const auto place = place_of(key);
    entries gone;
    const std::lock_guard hold(mutex_);
    ++changes_[place];
    const auto found = places_.find(key);
    if (found != places_.end())
        take_out(found->second, gone);
}

bool blob_cache::give_way()
{
    entries gone;
    const std::lock_guard hold(mutex_);
    shrink(files_, files_.used / 2, gone);
    return !gone.empty();
}

void blob_cache::take_out(entries::iterator one, entries& to)
{
    places_.erase(one->what->about.key);
    one->in->used -= one->cost;
    to.splice(to.begin(), one->in->by_use, one);
}

void blob_cache::shrink(part& one, std::size_t most, entries& to)
{
    while (one.used > most)
        take_out(std::prev(one.by_use.end()), to);
}

}  // namespace smol::volume
