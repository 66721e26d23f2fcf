#include "master/membership.hpp"

#include "common/base/parse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace smol::master {

namespace {

auto position_of(const roster& among, std::string_view name)
{
    return std::lower_bound(among.begin(),
        among.end(),
        name,
        [](const std::shared_ptr<member>& one, std::string_view sought) {
            return one->name() < sought;
        });
}

// A copy of `among` with `newcomer` in its place.
std::shared_ptr<const roster> with(const roster& among, std::shared_ptr<member> newcomer)
{
    auto copy = std::make_shared<roster>(among);
    const auto at = position_of(*copy, newcomer->name());
    const auto place = copy->begin() + (at - copy->cbegin());
    if (place != copy->end() && (*place)->name() == newcomer->name())
        *place = std::move(newcomer);
    else
        copy->insert(place, std::move(newcomer));
    return copy;
}

}  // namespace

void member::becomes(presence now) noexcept
{
    if (!ended_.load())
        presence_.store(now);
    if (ended_.load())  // it ended meanwhile
        presence_.store(presence::down);
}

void member::note(const wire::beat& said, std::chrono::steady_clock::time_point now) noexcept
{
    capacity_.store(said.capacity_bytes);
    free_.store(said.free_bytes);
    inodes_.store(said.free_inodes);
    blobs_.store(said.blobs);
    staged_.store(said.staged);
    health_.store(said.is);
    last_beat_.store(now);
}

std::shared_ptr<const roster> membership::snapshot() const
{
    const std::lock_guard lock(mutex_);
    return all_;
}

std::shared_ptr<member> membership::find(std::string_view name) const
{
    const auto all = snapshot();
    return master::find(*all, name);
}

void membership::remember(const std::string& name, std::uint64_t capacity_bytes)
{
    auto known = std::make_shared<member>(stay{name, {}, {}, 0, false});
    known->capacity_.store(capacity_bytes);
    known->ended_.store(true);
    const std::lock_guard lock(mutex_);
    all_ = with(*all_, std::move(known));
}

std::shared_ptr<member> membership::join(
    stay of, const wire::beat& said, std::chrono::steady_clock::time_point now)
{
    auto newcomer = std::make_shared<member>(std::move(of));
    newcomer->note(said, now);
    newcomer->becomes(presence::joining);
    const std::lock_guard lock(mutex_);
    if (const auto before = master::find(*all_, newcomer->name()))
        leave(*before);
    all_ = with(*all_, newcomer);
    return newcomer;
}

void membership::leave(member& who) noexcept
{
    who.ended_.store(true);
    who.presence_.store(presence::down);
}

std::shared_ptr<member> find(const roster& among, std::string_view name)
{
    const auto at = position_of(among, name);
    if (at == among.end() || (*at)->name() != name)
        return nullptr;
    return *at;
}

const member* look_up(const roster& among, std::string_view name) noexcept
{
    const auto at = position_of(among, name);
    return at == among.end() || (*at)->name() != name ? nullptr : at->get();
}

std::string print_volume(std::uint64_t capacity_bytes)
{
    return fmt::format("v1 capacity={}", capacity_bytes);
}

result<std::uint64_t> parse_volume(std::string_view text)
{
    constexpr std::string_view start = "v1 capacity=";
    const auto version = text.substr(0, text.find(' '));
    if (version != "v1" && version.starts_with('v'))
        return errc::format_newer;
    if (!text.starts_with(start))
        return errc::format_damaged;
    const auto capacity = parse_number(text.substr(start.size()));
    if (!capacity)
        return errc::format_damaged;
    return *capacity;
}

}  // namespace smol::master
