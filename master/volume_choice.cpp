#include "master/volume_choice.hpp"

#include "master/placement.hpp"

#include <algorithm>

namespace smol::master {

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
    std::string_view key, const wire::record& record, const roster& all, std::size_t replicas)
{
    std::vector<candidate> everyone;
    everyone.reserve(all.size());
    for (const auto& one : all)
        everyone.push_back({one->name(), one->capacity_bytes()});
    const auto is_placed = is_same_set(place(key, everyone, replicas), record.volumes);
    return is_placed ? balance::balanced : balance::unbalanced;
}

std::vector<std::shared_ptr<member>> up_holders(
    const wire::record& record, const roster& all, std::uint64_t turn)
{
    std::vector<std::shared_ptr<member>> up;
    for (const auto& name : record.volumes)
        if (auto holder = find(all, name); holder && holder->is_up())
            up.push_back(std::move(holder));
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
