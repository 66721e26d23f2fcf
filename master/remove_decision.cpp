#include "master/remove_decision.hpp"

namespace smol::master {

namespace {

bool is(const std::optional<wire::record>& current, wire::state wanted)
{
    return current && current->is == wanted;
}

bool conditions_hold(const wire::record& current, const http::request_head& request)
{
    return http::evaluate(request, validators_of(current)) == http::condition::holds;
}

// UNLINK and restore depend on what was there, whatever the request asks.
result<removal> turn(const wire::record& current,
    const http::request_head& request,
    wire::state into,
    std::uint64_t event)
{
    if (!conditions_hold(current, request))
        return errc::precondition_failed;
    removal turned{current, {}};
    turned.write.is = into;
    turned.write.event = event;
    turned.write.conditional = event;
    return turned;
}

}  // namespace

http::validators validators_of(const wire::record_facts& of)
{
    return {wire::etag_of(of.xxh3), wire::unix_seconds_of(of.generation)};
}

result<removal> decide_delete(const std::optional<wire::record>& current,
    const http::request_head& request,
    protection policy,
    std::uint64_t event)
{
    if (!current || is(current, wire::state::tombstone))
        return errc::not_found;
    if (policy == protection::on && is(current, wire::state::live))
        return errc::key_protected;
    if (!conditions_hold(*current, request))
        return errc::precondition_failed;

    removal removed{*current, {}};
    removed.write.is = wire::state::tombstone;
    removed.write.event = event;
    if (http::is_conditional(request))
        removed.write.conditional = event;
    for (const auto& holder : current->volumes)
        removed.doomed.push_back({holder, current->generation});
    return removed;
}

result<removal> decide_unlink(const std::optional<wire::record>& current,
    const http::request_head& request,
    std::uint64_t event)
{
    if (!is(current, wire::state::live))
        return errc::not_found;
    return turn(*current, request, wire::state::unlinked, event);
}

result<removal> decide_restore(const std::optional<wire::record>& current,
    const http::request_head& request,
    std::uint64_t event)
{
    if (!is(current, wire::state::unlinked))
        return errc::not_found;
    return turn(*current, request, wire::state::live, event);
}

}  // namespace smol::master
