#include "master/relay.hpp"

#include "common/base/log.hpp"
#include "common/http/stored_headers.hpp"
#include "common/net/client.hpp"
#include "master/redirect.hpp"
#include "master/relayed_refusal.hpp"

#include <array>
#include <chrono>
#include <utility>

namespace smol::master {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t answer_bytes_max = 64 * KiB;

// A volume makes gigabytes durable between the end of the body and its answer.
constexpr net::client_timeouts put_timeouts{2s, 10min, 30s};
constexpr net::client_timeouts get_timeouts{2s, 30s, 30s};

constexpr std::array<std::string_view, 2> put_fields{"Content-Type", "Content-MD5"};
constexpr std::array<std::string_view, 2> get_fields{"Range", "If-Range"};
constexpr std::array<std::string_view, 7> answer_fields{"Content-Type",
    "Content-MD5",
    "Content-Range",
    "Accept-Ranges",
    "ETag",
    "Last-Modified",
    "Retry-After"};

template <typename Names>
void copy_fields(const http::fields& from, const Names& names, http::fields& to)
{
    for (const auto& field : from)
    {
        const auto name = std::string_view(field.name);
        auto wanted =
            name.size() > http::meta_prefix.size() &&
            http::equal_names(name.substr(0, http::meta_prefix.size()), http::meta_prefix);
        for (const auto& one : names)
            wanted = wanted || http::equal_names(name, one);
        if (wanted)
            to.add(name, field.value);
    }
}

http::request_head put_head(const http::request_head& request, std::string target)
{
    http::request_head head;
    head.method = "PUT";
    head.target = std::move(target);
    head.body =
        request.body == http::framing::chunked ? http::framing::chunked : http::framing::length;
    head.content_length = request.content_length;
    copy_fields(request.headers, put_fields, head.headers);
    return head;
}

// Which side ended the pumping early; neither if all went through, or the volume answered early.
struct pump_end
{
    error_code client;
    error_code volume;
};

net::task<pump_end> pump(net::body_source& from, net::client_exchange& to)
{
    pump_end end;
    for (;;)
    {
        const auto next = co_await from.next();
        if (!next)
        {
            end.client = next.error();
            co_return end;
        }
        const auto piece = *next;
        if (piece.size == 0)
            break;
        if (to.has_answer())
            co_return end;
        const auto sent = co_await to.send(piece);
        if (!sent)
        {
            end.volume = sent.error();
            co_return end;
        }
    }
    const auto finished = co_await to.finish();
    if (!finished)
        end.volume = finished.error();
    co_return end;
}

// The volume's answer to the client, in memory.
net::task<result<void>> pass_answer(net::exchange& one, net::client_exchange& volume)
{
    const auto answer = co_await volume.receive();
    if (!answer)
        co_return answer.error();
    auto body = co_await volume.receive_text(answer_bytes_max);
    if (!body)
        co_return body.error();
    if (answer->status >= 400)
        body = relayed_refusal(*body, one.request_id());
    http::response_head head;
    head.status = answer->status;
    copy_fields(answer->headers, answer_fields, head.headers);
    co_await one.respond(std::move(head), *body);
    co_return result<void>();
}

net::task<void> relay_to(
    net::exchange& one, net::client_exchange volume, std::string target, const std::string& key)
{
    auto head = put_head(one.request(), std::move(target));
    pump_end end;
    const auto begun = co_await volume.send_head(std::move(head));
    if (begun)
        end = co_await pump(one.body(), volume);
    else
        end.volume = begun.error();
    if (end.client)
    {
        co_await one.refuse(end.client, "Nothing was stored.", key);
        co_return;
    }
    // A volume that refuses may close before it has read everything: its answer counts, not our
    // error.
    if (!end.volume || volume.has_answer())
    {
        const auto passed = co_await pass_answer(one, volume);
        if (passed || one.has_responded())
            co_return;
        end.volume = passed.error();
    }
    log::warning(
        "relay_failed", {{"request_id", one.request_id()}, {"reason", name_of(end.volume)}});
    co_await one.refuse(errc::peer_unreachable,
        "The volume went away during the upload. The value may or may not be stored: read the key "
        "to "
        "know.",
        key);
}

}  // namespace

net::task<void> relay_put(
    net::exchange& one, const context& with, const std::string& key, const put_plan& plan)
{
    auto& home = net::this_loop();
    for (std::size_t first = 0; first < plan.volumes.size(); ++first)
    {
        const auto address = plan.volumes[first]->facts().address;
        auto volume = co_await net::client_exchange::open(home, address, put_timeouts);
        if (!volume)
        {
            log::warning("volume_unreachable", {{"address", address}});
            continue;
        }
        auto target = ticketed_url({}, key, put_ticket(plan, first, key, with));
        co_await relay_to(one, std::move(*volume), std::move(target), key);
        co_return;
    }
    co_await one.refuse(errc::peer_unreachable,
        "None of the volumes chosen for this key could be reached. Nothing was stored.",
        key);
}

namespace {

// Everything from 500 on is the volume's own trouble: another replica may do better.
bool is_good_answer(unsigned status)
{
    return status == 200 || status == 206 || status == 304 || status == 412 || status == 416;
}

net::task<result<http::response_head>> ask_volume(
    const net::exchange& one, net::client_exchange& volume, std::string target)
{
    http::request_head head;
    head.method = one.request().method;
    head.target = std::move(target);
    copy_fields(one.request().headers, get_fields, head.headers);
    const auto sent = co_await volume.send_head(std::move(head));
    if (!sent)
        co_return sent.error();
    auto answer = co_await volume.receive();
    co_return answer;
}

// An error before the response has begun means that another replica may still be asked.
net::task<result<void>> give_answer(net::exchange& one,
    net::client_exchange& volume,
    const http::response_head& answer,
    const http::fields& extra)
{
    http::response_head head;
    head.status = answer.status;
    copy_fields(answer.headers, answer_fields, head.headers);
    for (const auto& field : extra)
        head.headers.set(field.name, field.value);
    head.content_length = answer.content_length;
    result<void> given;
    if (one.request().method == "HEAD" || answer.status == 304)
        given = co_await one.respond(std::move(head), {});
    else
        given = co_await one.respond_from(std::move(head), volume.body());
    co_return given;
}

}  // namespace

net::task<void> relay_get(net::exchange& one,
    const std::string& key,
    const std::vector<replica_source>& sources,
    const http::fields& extra)
{
    auto& home = net::this_loop();
    for (const auto& source : sources)
    {
        const auto address = source.volume->facts().address;
        auto volume = co_await net::client_exchange::open(home, address, get_timeouts);
        if (!volume)
        {
            log::warning("volume_unreachable", {{"address", address}});
            continue;
        }
        const auto answer = co_await ask_volume(one, *volume, source.target);
        if (answer && is_good_answer(answer->status))
        {
            const auto given = co_await give_answer(one, *volume, *answer, extra);
            if (given || one.has_responded())
                co_return;
        }
        const auto status = answer ? answer->status : 0;
        log::warning("replica_failed", {{"volume", source.volume->name()}, {"status", status}});
    }
    co_await one.refuse(errc::peer_unreachable, "None of the value's volumes gave it.", key);
}

}  // namespace smol::master
