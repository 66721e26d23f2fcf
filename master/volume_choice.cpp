#include "master/volume_choice.hpp"

#include "master/placement.hpp"

#include <algorithm>
#include <optional>

namespace smol::master {

namespace {

bool is_listed(std::string_view name, std::string_view list)
{
    while (!list.empty())
        if (wire::take_name(list) == name)
            return true;
    return false;
}

std::size_t count_of(std::string_view list)
{
    const auto commas = std::count(list.begin(), list.end(), ',');
    return list.empty() ? 0 : static_cast<std::size_t>(commas) + 1;
}

}  // namespace

std::size_t replicas_needed(std::uint64_t asked, std::size_t registered)
{
    constexpr std::size_t usual = 2;
    if (asked > 0)
        return static_cast<std::size_t>(asked);
    return std::max<std::size_t>(1, std::min(usual, registered));
}

result<std::vector<std::shared_ptr<member>>> choose_volumes(
    std::string_view key, const roster& all, const wanted_room& room)
{
    std::size_t writable = 0;
    std::vector<candidate> fit;
    for (const auto& one : all)
    {
        if (!one->is_up() || one->health() == wire::health::read_only)
            continue;
        ++writable;
        if (one->health() == wire::health::good && one->free_bytes() > room.bytes)
            fit.push_back({one->name(), one->capacity_bytes()});
    }
    if (writable < room.needed)
        return errc::too_few_volumes;
    if (fit.size() < room.needed)
        return errc::no_room;

    std::vector<std::shared_ptr<member>> chosen;
    for (const auto& name : place(key, fit, std::max(room.replicas, room.needed)))
        chosen.push_back(find(all, name));
    return chosen;
}

balance balance_of(
    std::string_view key, std::string_view volumes, const roster& all, std::size_t replicas)
{
    const ranking ranks(key);
    std::optional<rank> worst_held;
    std::optional<rank> best_other;
    std::size_t held = 0;
    for (const auto& one : all)
    {
        const auto its = ranks.of({one->name(), one->capacity_bytes()});
        if (is_listed(one->name(), volumes))
        {
            ++held;
            worst_held = worst_held ? std::min(*worst_held, its) : its;
        }
        else
            best_other = best_other ? std::max(*best_other, its) : its;
    }
    const auto wanted = std::min(replicas, all.size());
    const auto is_count_right = held == wanted && count_of(volumes) == wanted;
    const auto are_best = !worst_held || !best_other || *worst_held > *best_other;
    return is_count_right && are_best ? balance::balanced : balance::unbalanced;
}

holders up_holders(std::string_view volumes, const roster& all, std::uint64_t turn)
{
    holders up;
    while (!volumes.empty())
        if (const auto* holder = look_up(all, wire::take_name(volumes)); holder && holder->is_up())
            up.push_back(holder);
    if (!up.empty())
    {
        const auto first = static_cast<std::ptrdiff_t>(turn % up.size());
        std::rotate(up.begin(), up.begin() + first, up.end());
    }
    return up;
}

std::size_t up_count(const roster& all)
{
    const auto is_up = [](const std::shared_ptr<member>& one) { return one->is_up(); };
    return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), is_up));
}

}  // namespace smol::master
