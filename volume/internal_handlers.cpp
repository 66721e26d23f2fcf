#include "volume/internal_handlers.hpp"

#include "common/base/failpoint.hpp"
#include "common/base/log.hpp"
#include "common/key/object_key.hpp"
#include "common/wire/signature.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <utility>

namespace smol::volume {

namespace {

namespace json = boost::json;

constexpr std::size_t publish_bytes_max = 2 * MiB;

result<wire::publish_request> authentic(
    const net::exchange& one, const site& here, std::string_view body)
{
    const auto secret = here.link.secret();
    const auto signature = one.request().headers.find(wire::signature_header);
    if (secret.is_empty() || !signature)
        return errc::signature_invalid;
    const wire::signed_call call{one.request().method, one.request().target, body};
    const auto good = wire::check_signature(call, *signature, here.time.unix_us(), secret);
    if (!good)
        return good.error();
    return wire::parse_publish_request(body);
}

net::task<void> publish_all(served_volume& at, const wire::publish_request& request)
{
    for (const auto& entry : request.entries)
    {
        failpoint("S10.replica.before");
        const auto published =
            co_await at.store().publish(entry.key, entry.generation, entry.upload);
        if (!published && published.error() != errc::blob_missing)
        {
            log::warning("publish_failed",
                {{"key", key::encode(entry.key)}, {"why", published.error().message()}});
        }
        failpoint("S10.replica.after");
    }
}

json::object object_of(served_volume& one)
{
    const auto space = one.store().space();
    return {{"name", one.name()},
        {"directory", one.directory()},
        {"cluster", one.cluster()},
        {"joined", one.is_joined()},
        {"serving", one.is_serving()},
        {"health", wire::name_of(one.store().health())},
        {"capacity_bytes", space.capacity_bytes},
        {"free_bytes", space.free_bytes},
        {"free_inodes", space.free_inodes},
        {"blobs", one.store().blobs()},
        {"staged", one.store().staging().size()}};
}

net::task<void> respond_json(net::exchange& one, unsigned status, const json::object& object)
{
    http::response_head head;
    head.status = status;
    head.headers.set("Content-Type", "application/json");
    head.headers.set("Cache-Control", "no-store");
    const auto body = json::serialize(object) + "\n";
    co_await one.respond(std::move(head), body);
}

template <typename Condition>
bool holds_for_all(const site& here, Condition condition)
{
    const auto& all = here.volumes;
    return std::all_of(all.begin(), all.end(), [&](const auto& one) { return condition(*one); });
}

}  // namespace

net::task<void> serve_publish(net::exchange& one, site& here)
{
    const auto body = co_await one.read_body(publish_bytes_max);
    const auto request =
        body ? authentic(one, here, *body) : result<wire::publish_request>(body.error());
    auto* const at = request ? here.find(request->volume) : nullptr;
    if (!request || at == nullptr)
    {
        const error_code reason = request ? errc::not_found : request.error();
        co_await one.refuse(reason, {}, {});
        co_return;
    }
    co_await publish_all(*at, *request);
    http::response_head head;
    head.status = 204;
    head.body = http::framing::none;
    co_await one.respond(std::move(head), {});
}

net::task<void> serve_health(net::exchange& one, site& here)
{
    const bool is_healthy =
        holds_for_all(here, [](auto& each) { return !each.store().is_read_only(); });
    const json::object object{{"healthy", is_healthy}};
    const unsigned status = is_healthy ? 200 : 503;
    co_await respond_json(one, status, object);
}

net::task<void> serve_ready(net::exchange& one, site& here)
{
    const bool is_ready =
        holds_for_all(here, [](auto& each) { return each.is_joined() && each.is_serving(); });
    const json::object object{{"ready", is_ready}};
    const unsigned status = is_ready ? 200 : 503;
    co_await respond_json(one, status, object);
}

net::task<void> serve_status(net::exchange& one, site& here)
{
    const auto up =
        std::chrono::duration_cast<std::chrono::seconds>(here.time.steady() - here.started);
    json::array volumes;
    for (const auto& each : here.volumes)
        volumes.push_back(object_of(*each));
    const json::object object{
        {"version", SMOL_VERSION}, {"uptime_s", up.count()}, {"volumes", std::move(volumes)}};
    co_await respond_json(one, 200, object);
}

}  // namespace smol::volume
