#include "master/join.hpp"

#include "common/base/hex.hpp"
#include "common/base/log.hpp"
#include "common/net/stream.hpp"
#include "common/wire/signature.hpp"
#include "master/attendance.hpp"
#include "master/line_reader.hpp"

#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace smol::master {

namespace {

constexpr std::chrono::milliseconds silence_max = std::chrono::seconds(3);
constexpr std::string_view protocol = "smol-heartbeat";

bool is_handed_the_secret(net::exchange& one, const context& with)
{
    return with.settings.secret_file.empty() &&
           (one.connection().is_from_loopback() || with.settings.insecure);
}

// A request that came through a proxy comes from anywhere, whatever address the proxy has.
bool is_forwarded(const http::fields& headers)
{
    return headers.find("Forwarded") || headers.find("X-Forwarded-For") || headers.find("Via");
}

// signature_invalid. A volume without a secret of its own is taken only where it is handed one.
// malformed_request: not a heartbeat stream. Proxies and pages in a browser cannot ask for one.
result<void> check_caller(net::exchange& one, const context& with)
{
    const auto& headers = one.request().headers;
    if (!http::equal_names(headers.find("Upgrade").value_or(""), protocol))
        return errc::malformed_request;
    const auto is_signed = headers.find(wire::signature_header).has_value();
    if (!is_signed && is_handed_the_secret(one, with) && !is_forwarded(headers))
        return {};
    return check_internal(one, {}, with);
}

stay stay_of(net::exchange& one, const wire::beat& said)
{
    const auto host = one.connection().peer().address();
    return {said.volume,
        fmt::format("{}:{}", host_text(host), said.port),
        said.public_url,
        said.port,
        one.connection().is_from_loopback(),
        host_text(one.connection().local().address())};
}

net::task<result<void>> write_line(net::stream& to, const wire::beat_answer& answer)
{
    const auto line = wire::print(answer) + "\n";
    const auto bytes = as_bytes(line);
    const auto written = co_await to.write_all(bytes);
    co_return written;
}

// Beats and their answers until the stream ends or a newer one takes its place.
net::task<void> exchange_beats(
    net::exchange& one, const context& with, line_reader& lines, attendance& who)
{
    auto& wire = one.connection();
    while (!who.has_ended() && !with.background.is_closed())
    {
        auto answer = who.answer();
        if (is_handed_the_secret(one, with))
            answer.secret = to_hex(as_bytes(with.of.secret.secret()));
        const auto written = co_await write_line(wire, answer);
        if (!written)
            co_return;
        const auto line = co_await lines.next();
        if (!line)
            co_return;
        const auto beat = wire::parse_beat(*line);
        if (!beat || !who.hear(*beat))
            co_return;
        wire.expires_after(silence_max);
    }
}

net::task<void> refuse_volume(net::exchange& one, const wire::beat& said, const error_code& reason)
{
    log::warning("volume_refused", {{"volume", said.volume}, {"reason", name_of(reason)}});
    wire::beat_answer answer;
    answer.refusal = name_of(reason);
    co_await write_line(one.connection(), answer);
}

}  // namespace

std::string host_text(const asio::ip::address& host)
{
    if (host.is_v4())
        return host.to_string();
    const auto v6 = host.to_v6();
    if (v6.is_v4_mapped())
        return asio::ip::make_address_v4(asio::ip::v4_mapped, v6).to_string();
    return "[" + v6.to_string() + "]";
}

net::task<void> serve_volume(net::exchange& one, const context& with)
{
    const auto may = check_caller(one, with);
    if (!may)
    {
        co_await one.refuse(may.error(), {}, {});
        co_return;
    }
    const auto upgraded = co_await one.upgrade(protocol);
    if (!upgraded)
        co_return;
    one.connection().expires_after(silence_max);
    line_reader lines(one.connection());
    const auto line = co_await lines.next();
    if (!line)
        co_return;
    const auto said = wire::parse_beat(*line);
    if (!said)
        co_return;
    auto stay = stay_of(one, *said);
    auto who = co_await attendance::begin(with, std::move(stay), *said);
    if (!who)
    {
        co_await refuse_volume(one, *said, who.error());
        co_return;
    }
    co_await exchange_beats(one, with, lines, **who);
    if (!(*who)->has_ended() && !with.background.is_closed())
        log::warning("volume_down", {{"volume", said->volume}});
}

}  // namespace smol::master
