#include "master/get.hpp"

#include "common/http/precondition.hpp"
#include "common/key/object_key.hpp"
#include "master/location.hpp"
#include "master/records.hpp"
#include "master/redirect.hpp"
#include "master/relay.hpp"
#include "master/remove_decision.hpp"
#include "master/replica_tickets.hpp"
#include "master/route_choice.hpp"
#include "master/volume_choice.hpp"

#include <utility>

namespace smol::master {

namespace {

// What a GET is told: either nothing more is needed, or where the value is.
struct get_plan
{
    route way = route::redirect;
    std::shared_ptr<const roster> all;
    holders up;  // the one to ask first
    balance is = balance::balanced;
};

// not_found, value_gone, volumes_down, not_modified, precondition_failed, query_invalid.
result<get_plan> plan_get(const net::exchange& one,
    const wire::record_view& record,
    std::string_view key,
    const context& with)
{
    const auto& request = one.request();
    const auto way = choose_route(request, one.target(), with.settings.way());
    if (!way)
        return way.error();
    if (record.is != wire::state::live)
        return errc::not_found;
    const auto condition = http::is_conditional(request)
                               ? http::evaluate(request, validators_of(record))
                               : http::condition::holds;
    if (condition == http::condition::failed)
        return errc::precondition_failed;
    if (condition == http::condition::not_modified)
        return errc::not_modified;
    if (record.volumes.empty())
        return errc::value_gone;

    get_plan plan;
    plan.way = *way;
    plan.all = with.members.snapshot();
    plan.up = up_holders(record.volumes, *plan.all, with.time.random());
    if (plan.up.empty())
        return errc::volumes_down;
    const auto replicas = static_cast<std::size_t>(with.settings.replicas);
    plan.is = balance_of(key, record.volumes, *plan.all, replicas);
    return plan;
}

void answer_not_modified(net::exchange& one, const wire::record_view& record)
{
    auto& head = one.space().head;
    head.status = 304;
    give_validators(record, head.headers);
    one.answer(head, {});
}

void answer_with_redirect(net::exchange& one,
    replica_tickets& tickets,
    const wire::record_view& record,
    const get_plan& plan)
{
    const auto host = one.request().headers.find("Host").value_or("");
    auto& head = one.space().head;
    auto& url = one.space().text;
    begin_redirect(head);
    for (const auto* holder : plan.up)
    {
        url.clear();
        append_client_base(url, holder->facts(), host);
        tickets.append_path(url, *holder);
        add_replica(url, head.headers);
    }
    give_validators(record, head.headers);
    give_placement(record, plan.is, head.headers);
    one.answer(head, {});
}

void answer_with_location(net::exchange& one, replica_tickets& tickets, const get_plan& plan)
{
    const auto& first = *plan.up.front();
    const auto host = one.request().headers.find("Host").value_or("");
    const auto url = tickets.url(client_base(first.facts(), host), first);
    const auto expires = wire::unix_seconds_of(tickets.expires());
    auto& head = one.space().head;
    head.headers.add("Content-Type", "application/json");
    head.headers.add("Cache-Control", "no-store");
    one.answer(head, print_location({one.request().method, url, expires}));
}

// What a relay takes, if that is the way; else there is an answer now.
std::optional<get_plan> answer_or_plan(
    net::exchange& one, const wire::record_view& record, std::string_view key, const context& with)
{
    auto plan = plan_get(one, record, key, with);
    if (!plan && plan.error() == errc::not_modified)
        answer_not_modified(one, record);
    else if (!plan)
        one.answer_refusal(plan.error(), {}, key);
    if (!plan)
        return std::nullopt;
    if (plan->way == route::relay)
        return std::move(*plan);
    const auto now = with.generations.now();
    replica_tickets tickets(key, record, now, with.of.secret);
    if (plan->way == route::location)
        answer_with_location(one, tickets, *plan);
    else
        answer_with_redirect(one, tickets, record, *plan);
    return std::nullopt;
}

// Answered as a key that was deleted: a query that makes no sense comes first.
result<wire::record_view> nothing()
{
    wire::record_view gone;
    gone.is = wire::state::tombstone;
    return gone;
}

net::task<void> answer_with_relay(net::exchange& one,
    const std::string& key,
    const wire::record_view& record,
    const get_plan& plan,
    const context& with)
{
    const auto now = with.generations.now();
    replica_tickets tickets(key, record, now, with.of.secret);
    std::vector<replica_source> sources;
    for (const auto* holder : plan.up)
        sources.push_back({find(*plan.all, holder->name()), tickets.url({}, *holder)});
    // The volume may have a later value by now: the validators are its own.
    http::fields placement;
    give_placement(record, plan.is, placement);
    co_await relay_get(one, key, sources, placement);
}

}  // namespace

bool get_now(net::exchange& one, const context& with)
{
    auto& [head, key, line, text] = one.space();
    if (!one.target().query.empty() || with.settings.way() == redirect_policy::never ||
        !key::decode(one.target().path, key))
        return false;
    const auto found = with.entries.try_get(family::records, key, line);
    if (!found || *found == lookup::would_block)
        return false;
    if (*found == lookup::absent)
    {
        one.answer_refusal(errc::not_found, {}, key);
        return true;
    }
    const auto record = wire::read_record(line);
    return record && !answer_or_plan(one, *record, key, with);
}

net::task<void> get_value(net::exchange& one, const context& with, std::string key)
{
    const auto line = co_await read_line(with.entries, key);
    if (!line)
    {
        one.answer_refusal(line.error(), {}, key);
        co_return;
    }
    auto record = *line ? view_record(key, **line) : nothing();
    if (!record)
    {
        one.answer_refusal(record.error(), {}, key);
        co_return;
    }
    const auto plan = answer_or_plan(one, *record, key, with);
    if (plan)
        co_await answer_with_relay(one, key, *record, *plan, with);
}

}  // namespace smol::master
