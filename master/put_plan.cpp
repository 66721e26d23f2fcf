#include "master/put_plan.hpp"

#include "master/admission.hpp"
#include "master/redirect.hpp"

#include <algorithm>

namespace smol::master {

result<put_plan> plan_put(const net::exchange& one,
    const std::optional<wire::record>& current,
    std::string_view key,
    const context& with)
{
    const auto& request = one.request();
    const auto way = choose_route(request, one.target(), with.settings.way());
    if (!way)
        return way.error();
    const auto body = *way == route::location ? body_comes::later : body_comes::now;
    const auto admitted = admit_put(request, body, current, with.settings.puts());
    if (!admitted)
        return admitted.error();
    if (!with.entries.has_room())
        return errc::no_room;

    const auto all = with.members.snapshot();
    wanted_room room;
    room.replicas = static_cast<std::size_t>(with.settings.replicas);
    room.needed = replicas_needed(with.settings.replicas_min, all->size());
    room.bytes = request.content_length;
    auto volumes = choose_volumes(key, *all, room);
    if (!volumes)
        return volumes.error();
    const auto generation = with.generations.next();
    if (!generation)
        return generation.error();

    put_plan plan;
    plan.way = *way;
    plan.volumes = std::move(*volumes);
    plan.right.op = wire::operation::put;
    plan.right.generation = *generation;
    plan.right.holds = admitted->holds;
    plan.right.based_on = admitted->based_on;
    plan.right.size_max = with.settings.value_bytes_max;
    plan.right.replicas_min = room.needed;
    plan.right.expires = *generation + with.settings.lifetime_us();
    for (const auto& volume : plan.volumes)
        plan.right.places.push_back({volume->name(), volume->facts().address});
    return plan;
}

std::string put_ticket(
    const put_plan& plan, std::size_t first, std::string_view key, const context& with)
{
    auto right = plan.right;
    const auto& receiver = plan.volumes[first]->facts();
    for (std::size_t at = 0; at < plan.volumes.size(); ++at)
        right.places[at].address = address_for(receiver, plan.volumes[at]->facts());
    const auto begin = right.places.begin();
    std::rotate(begin, begin + static_cast<std::ptrdiff_t>(first), right.places.end());
    return wire::issue(right, key, with.of.secret);
}

}  // namespace smol::master
