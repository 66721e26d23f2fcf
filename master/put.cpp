#include "master/put.hpp"

#include "common/base/failpoint.hpp"
#include "master/location.hpp"
#include "master/put_plan.hpp"
#include "master/records.hpp"
#include "master/redirect.hpp"
#include "master/relay.hpp"

#include <utility>

namespace smol::master {

namespace {

// Volumes refuse to start an upload later than this after its ticket was drawn.
constexpr std::int64_t start_seconds_max = 15 * 60;

std::string detail_of(const error_code& reason, const context& with)
{
    if (reason == errc::too_few_volumes)
        return missing(with);
    if (reason == errc::no_room && !with.entries.has_room())
        return "The disk of the master's index is full.";
    return {};
}

std::string url_for_client(
    const net::exchange& one, const put_plan& plan, std::string_view key, const context& with)
{
    const auto host = one.request().headers.find("Host").value_or("");
    const auto base = client_base(plan.volumes.front()->facts(), host);
    return ticketed_url(base, key, put_ticket(plan, 0, key, with));
}

}  // namespace

net::task<void> put_value(net::exchange& one, const context& with, std::string key)
{
    const auto current = co_await read_record(with.entries, key);
    if (!current)
    {
        co_await one.refuse(current.error(), {}, key);
        co_return;
    }
    const auto plan = plan_put(one, *current, key, with);
    if (!plan)
    {
        const auto detail = detail_of(plan.error(), with);
        co_await one.refuse(plan.error(), detail, key);
        co_return;
    }
    failpoint("S1.admitted");
    failpoint("S2.answered");
    if (plan->way == route::relay)
    {
        co_await relay_put(one, with, key, *plan);
        co_return;
    }
    const auto url = url_for_client(one, *plan, key, with);
    if (plan->way == route::location)
    {
        const auto expires = wire::unix_seconds_of(plan->right.generation) + start_seconds_max;
        auto body = print_location({"PUT", url, expires});
        co_await respond_json(one, std::move(body));
        co_return;
    }
    http::response_head head;
    begin_redirect(head);
    add_replica(url, head.headers);
    co_await one.respond(std::move(head), {});
}

}  // namespace smol::master
