#include "volume/staging_table.hpp"

#include <algorithm>

namespace smol::volume {

namespace {

constexpr std::chrono::milliseconds pause_min{1'000};
constexpr std::chrono::milliseconds pause_max{60'000};

}  // namespace

staging_table::lease::~lease()
{
    if (of_ != nullptr)
        of_->settle({name_, generation_});
}

void staging_table::lease::swap(lease& other) noexcept
{
    std::swap(of_, other.of_);
    std::swap(name_, other.name_);
    std::swap(generation_, other.generation_);
    std::swap(upload_, other.upload_);
}

result<staging_table::lease> staging_table::begin(std::string name,
    std::uint64_t generation,
    std::string_view key,
    staged_role role,
    std::uint64_t upload,
    instant ask_at)
{
    const auto added =
        add({name, generation}, {std::string(key), role, staged_state::receiving, upload, ask_at});
    if (!added)
        return added.error();
    lease begun;
    begun.of_ = this;
    begun.name_ = std::move(name);
    begun.generation_ = generation;
    begun.upload_ = upload;
    return begun;
}

result<void> staging_table::enter(
    std::string name, std::uint64_t generation, std::string_view key, staged_role role)
{
    return add({std::move(name), generation}, {std::string(key), role, staged_state::waiting});
}

result<void> staging_table::add(place at, entry one)
{
    const std::lock_guard hold(mutex_);
    const auto first = entries_.lower_bound(place(at.first, 0));
    if (first != entries_.end() && first->first.first == at.first && first->second.key != one.key)
        return errc::key_collision;
    const auto [found, added] = entries_.try_emplace(std::move(at), std::move(one));
    if (!added)
        return errc::write_conflict;
    return {};
}

void staging_table::remove(const std::string& name, std::uint64_t generation)
{
    const std::lock_guard hold(mutex_);
    entries_.erase(place(name, generation));
}

void staging_table::settle(const place& at)
{
    const std::lock_guard hold(mutex_);
    const auto found = entries_.find(at);
    if (found != entries_.end())
        found->second.is = staged_state::waiting;
}

void staging_table::seal(const std::string& name, std::uint64_t generation)
{
    const std::lock_guard hold(mutex_);
    const auto found = entries_.find(place(name, generation));
    if (found != entries_.end())
        found->second.sealed = true;
}

bool staging_table::is_sealed(
    const std::string& name, std::uint64_t generation, std::string_view key) const
{
    const std::lock_guard hold(mutex_);
    const auto at = entries_.find(place(name, generation));
    return at != entries_.end() && at->second.sealed && at->second.key == key;
}

bool staging_table::is(const std::string& name, std::uint64_t generation, staged_state state) const
{
    const std::lock_guard hold(mutex_);
    const auto at = entries_.find(place(name, generation));
    return at != entries_.end() && at->second.is == state;
}

bool staging_table::is_of_another(
    const std::string& name, std::uint64_t generation, std::uint64_t upload) const
{
    const std::lock_guard hold(mutex_);
    const auto at = entries_.find(place(name, generation));
    return at != entries_.end() && at->second.upload != upload;
}

std::size_t staging_table::size() const
{
    const std::lock_guard hold(mutex_);
    return entries_.size();
}

std::vector<std::uint64_t> staging_table::generations_up_to(
    const std::string& name, std::string_view key, std::uint64_t generation) const
{
    const std::lock_guard hold(mutex_);
    std::vector<std::uint64_t> found;
    const auto end = entries_.upper_bound(place(name, generation));
    for (auto at = entries_.lower_bound(place(name, 0)); at != end; ++at)
    {
        if (at->second.key == key)
            found.push_back(at->first.second);
    }
    return found;
}

std::vector<wire::staged_entry> staging_table::due(instant now, std::size_t entries_max)
{
    const std::lock_guard hold(mutex_);
    std::vector<wire::staged_entry> asked;
    for (auto& [at, one] : entries_)
    {
        if (asked.size() == entries_max)
            break;
        if (one.is != staged_state::waiting || one.ask_at > now)
            continue;
        one.pause = std::clamp(one.pause * 2, pause_min, pause_max);
        one.ask_at = now + one.pause;
        asked.push_back({one.key, at.second, one.role == staged_role::first, one.upload});
    }
    return asked;
}

void staging_table::ask_all_again()
{
    const std::lock_guard hold(mutex_);
    for (auto& [at, one] : entries_)
    {
        one.ask_at = {};
        one.pause = {};
    }
}

}  // namespace smol::volume
