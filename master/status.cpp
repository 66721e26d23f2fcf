#include "master/status.hpp"

#include "common/base/hex.hpp"
#include "common/http/precondition.hpp"
#include "common/key/key_path.hpp"
#include "common/key/object_key.hpp"
#include "master/records.hpp"
#include "master/redirect.hpp"
#include "master/replica_tickets.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>
#include <utility>

namespace smol::master {

namespace {

namespace json = boost::json;

const char* text_of(presence is)
{
    switch (is)
    {
    case presence::up:
        return "up";
    case presence::joining:
        return "joining";
    case presence::down:
        break;
    }
    return "down";
}

const char* text_of(wire::state is)
{
    switch (is)
    {
    case wire::state::live:
        return "live";
    case wire::state::unlinked:
        return "unlinked";
    case wire::state::tombstone:
        break;
    }
    return "tombstone";
}

std::int64_t milliseconds(std::chrono::steady_clock::duration span)
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(span).count();
}

json::object volume_status(const member& one, std::chrono::steady_clock::time_point now)
{
    json::object shown;
    shown["name"] = one.name();
    shown["state"] = text_of(one.is());
    shown["health"] = wire::name_of(one.health());
    shown["address"] = one.facts().address;
    shown["public_url"] = one.facts().public_url;
    shown["capacity"] = one.capacity_bytes();
    shown["free"] = one.free_bytes();
    shown["inodes"] = one.free_inodes();
    shown["blobs"] = one.blobs();
    shown["staged"] = one.staged();
    if (one.last_beat() == std::chrono::steady_clock::time_point())
        shown["last_beat_ms"] = nullptr;
    else
        shown["last_beat_ms"] = milliseconds(now - one.last_beat());
    return shown;
}

std::string status_text(const context& with)
{
    const auto now = with.time.steady();
    const auto all = with.members.snapshot();
    json::array volumes;
    for (const auto& one : *all)
        volumes.push_back(volume_status(*one, now));
    const auto lacks = missing(with);
    json::object shown;
    shown["version"] = SMOL_VERSION;
    shown["cluster"] = with.of.cluster;
    shown["uptime_ms"] = milliseconds(now - with.started);
    shown["ready"] = lacks.empty();
    shown["missing"] = lacks;
    shown["keys"] = with.entries.stats().keys;
    shown["pending_deletions"] = with.deletions.pending();
    shown["volumes"] = std::move(volumes);
    return json::serialize(shown) + "\n";
}

json::object replica_status(const net::exchange& one,
    const std::string& name,
    std::string_view key,
    replica_tickets& tickets,
    const context& with)
{
    json::object shown;
    const auto holder = with.members.find(name);
    const auto is_up = holder && holder->is_up();
    shown["volume"] = name;
    shown["up"] = is_up;
    shown["path"] = key::blob_path(key::blob_name(key));
    if (!is_up)
        return shown;
    const auto host = one.request().headers.find("Host").value_or("");
    shown["url"] = tickets.url(client_base(holder->facts(), host), *holder);
    return shown;
}

std::string stat_text(
    const net::exchange& one, std::string_view key, const wire::record& record, const context& with)
{
    const auto now = with.generations.now();
    replica_tickets tickets(key, record, now, with.of.secret);
    json::array replicas;
    if (record.is == wire::state::live)
        for (const auto& name : record.volumes)
            replicas.push_back(replica_status(one, name, key, tickets, with));
    json::object shown;
    shown["key"] = key::encode(key);
    shown["state"] = text_of(record.is);
    shown["generation"] = record.generation;
    shown["size"] = record.size;
    shown["etag"] = wire::etag_of(record.xxh3);
    if (record.md5)
        shown["md5"] = to_hex(*record.md5);
    else
        shown["md5"] = nullptr;
    shown["modified"] = http::http_date(wire::unix_seconds_of(record.generation));
    shown["replicas"] = std::move(replicas);
    return json::serialize(shown) + "\n";
}

}  // namespace

net::task<void> answer_health(net::exchange& one, const context&)
{
    std::string body = "{\"status\":\"alive\"}\n";
    co_await respond_json(one, std::move(body));
}

net::task<void> answer_ready(net::exchange& one, const context& with)
{
    const auto lacks = missing(with);
    if (!lacks.empty())
    {
        co_await one.refuse(errc::too_few_volumes, lacks, {});
        co_return;
    }
    std::string body = "{\"status\":\"ready\"}\n";
    co_await respond_json(one, std::move(body));
}

net::task<void> answer_status(net::exchange& one, const context& with)
{
    auto body = status_text(with);
    co_await respond_json(one, std::move(body));
}

net::task<void> answer_stat(net::exchange& one, const context& with)
{
    const auto path = std::string_view(one.target().path).substr(stat_path.size());
    const auto key = key::decode(path);
    if (!key)
    {
        co_await one.refuse(key.error(), {}, {});
        co_return;
    }
    const auto record = co_await read_record(with.entries, *key);
    if (!record)
    {
        co_await one.refuse(record.error(), {}, *key);
        co_return;
    }
    if (!*record || (*record)->is == wire::state::tombstone)
    {
        co_await one.refuse(errc::not_found, {}, *key);
        co_return;
    }
    auto body = stat_text(one, *key, **record, with);
    co_await respond_json(one, std::move(body));
}

}  // namespace smol::master
