#include "master/get.hpp"

#include "common/http/precondition.hpp"
#include "common/wire/ticket.hpp"
#include "master/location.hpp"
#include "master/records.hpp"
#include "master/redirect.hpp"
#include "master/relay.hpp"
#include "master/replica_tickets.hpp"
#include "master/route_choice.hpp"

#include <utility>

namespace smol::master {

namespace {

// What a GET is told: either nothing more is needed, or where the value is.
struct get_plan
{
    route way = route::redirect;
    std::vector<std::shared_ptr<member>> holders;  // up, the one to ask first
    http::fields validators;
    http::fields placement;
};

// not_found, value_gone, volumes_down, not_modified, precondition_failed, query_invalid.
result<get_plan> plan_get(const net::exchange& one,
    const std::optional<wire::record>& record,
    std::string_view key,
    const context& with)
{
    const auto way = choose_route(one.request(), one.target(), with.settings.way());
    if (!way)
        return way.error();
    if (!record || record->is != wire::state::live)
        return errc::not_found;
    switch (http::evaluate(one.request(), validators_of(*record)))
    {
    case http::condition::failed:
        return errc::precondition_failed;
    case http::condition::not_modified:
        return errc::not_modified;
    case http::condition::holds:
        break;
    }
    if (record->volumes.empty())
        return errc::value_gone;

    const auto all = with.members.snapshot();
    get_plan plan;
    plan.way = *way;
    plan.holders = up_holders(*record, *all, with.time.random());
    if (plan.holders.empty())
        return errc::volumes_down;
    const auto replicas = static_cast<std::size_t>(with.settings.replicas);
    give_validators(*record, plan.validators);
    give_placement(*record, balance_of(key, *record, *all, replicas), plan.placement);
    return plan;
}

net::task<void> answer_not_modified(net::exchange& one, const wire::record& record)
{
    http::response_head head;
    head.status = 304;
    give_validators(record, head.headers);
    co_await one.respond(std::move(head), {});
}

std::vector<std::string> urls_for_client(
    const net::exchange& one, const replica_tickets& tickets, const get_plan& plan)
{
    const auto host = one.request().headers.find("Host").value_or("");
    std::vector<std::string> urls;
    urls.reserve(plan.holders.size());
    for (const auto& holder : plan.holders)
        urls.push_back(tickets.url(client_base(holder->facts(), host), *holder));
    return urls;
}

net::task<void> answer_with_redirect(
    net::exchange& one, const replica_tickets& tickets, const get_plan& plan)
{
    auto head = redirect_to(urls_for_client(one, tickets, plan));
    for (const auto* fields : {&plan.validators, &plan.placement})
        for (const auto& field : *fields)
            head.headers.add(field.name, field.value);
    co_await one.respond(std::move(head), {});
}

net::task<void> answer_with_location(
    net::exchange& one, const replica_tickets& tickets, const get_plan& plan)
{
    const auto urls = urls_for_client(one, tickets, plan);
    const auto expires = wire::unix_seconds_of(tickets.expires());
    auto body = print_location({one.request().method, urls.front(), expires});
    co_await respond_json(one, std::move(body));
}

net::task<void> answer_with_relay(net::exchange& one,
    const std::string& key,
    const replica_tickets& tickets,
    const get_plan& plan)
{
    std::vector<replica_source> sources;
    for (const auto& holder : plan.holders)
        sources.push_back({holder, tickets.url({}, *holder)});
    // The volume may have a later value by now: the validators are its own.
    co_await relay_get(one, key, sources, plan.placement);
}

}  // namespace

net::task<void> get_value(net::exchange& one, const context& with, std::string key)
{
    const auto record = co_await read_record(with.entries, key);
    if (!record)
    {
        co_await one.refuse(record.error(), {}, key);
        co_return;
    }
    const auto plan = plan_get(one, *record, key, with);
    if (!plan && plan.error() == errc::not_modified)
    {
        co_await answer_not_modified(one, **record);
        co_return;
    }
    if (!plan)
    {
        co_await one.refuse(plan.error(), {}, key);
        co_return;
    }
    const replica_tickets tickets(key, **record, with.generations.now(), with.of.secret);
    if (plan->way == route::relay)
        co_await answer_with_relay(one, key, tickets, *plan);
    else if (plan->way == route::location)
        co_await answer_with_location(one, tickets, *plan);
    else
        co_await answer_with_redirect(one, tickets, *plan);
}

}  // namespace smol::master
