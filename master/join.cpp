#include "master/join.hpp"

#include "common/base/broken.hpp"
#include "common/base/hex.hpp"
#include "common/base/log.hpp"
#include "common/net/stream.hpp"
#include "common/wire/record.hpp"
#include "common/wire/signature.hpp"
#include "master/deletions.hpp"
#include "master/line_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace smol::master {

namespace {

constexpr std::chrono::milliseconds silence_max = std::chrono::seconds(3);
constexpr std::string_view protocol = "smol-heartbeat";

// The volume is down when its stream's coroutine ends, however it ends.
class stay_guard
{
public:
    explicit stay_guard(std::shared_ptr<member> who) : who_(std::move(who)) {}
    ~stay_guard() { membership::leave(*who_); }
    stay_guard(const stay_guard&) = delete;
    member& operator*() const { return *who_; }
    member* operator->() const { return who_.get(); }

private:
    std::shared_ptr<member> who_;
};

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

bool is_public_url(std::string_view url)
{
    const auto is_allowed = [](char c) {
        return c > ' ' && c < '\x7f' && c != '"' && c != '<' && c != '>' && c != '\\' && c != '?' &&
               c != '#';
    };
    const auto is_web = url.starts_with("http://") || url.starts_with("https://");
    return is_web && std::all_of(url.begin(), url.end(), is_allowed);
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

// A volume that is new, or that has another capacity than before, is entered into the index.
net::task<result<void>> enter_volume(const context& with, const wire::beat& said)
{
    const auto known = with.members.find(said.volume);
    if (known && known->capacity_bytes() == said.capacity_bytes)
        co_return result<void>();
    change enter;
    enter.decide = [&said](change_view& view) -> result<void> {
        view.put(family::volumes, said.volume, print_volume(said.capacity_bytes));
        return {};
    };
    const auto entered = co_await with.entries.apply(std::move(enter));
    if (entered && !known)
        log::info("volume_registered", {{"volume", said.volume}});
    co_return entered;
}

// Deletions that wait for it go first; without any it may serve at once.
net::task<void> prepare(const context& with, member& who)
{
    if (is_broken(breakage::forget_deletions))
    {
        who.settle();
        co_return;
    }
    const auto prefix = deletions_of(who.name());
    const auto waiting =
        co_await with.entries.scan(family::deletions, prefix, end_of_prefix(prefix), 1);
    if (waiting && waiting->entries.empty())
        who.settle();
    else
        with.deletions.wake(who.name());
}

wire::beat_answer answer_to(net::exchange& one, const context& with)
{
    wire::beat_answer answer;
    answer.cluster = with.of.cluster;
    answer.clock = with.generations.now();
    if (is_handed_the_secret(one, with))
        answer.secret = to_hex(as_bytes(with.of.secret));
    return answer;
}

net::task<result<void>> write_line(net::stream& to, const wire::beat_answer& answer)
{
    const auto line = wire::print(answer) + "\n";
    const auto bytes = as_bytes(line);
    const auto written = co_await to.write_all(bytes);
    co_return written;
}

// Beats and their answers until the stream ends or a newer one takes its place. The volume is up
// once a beat follows an answer that let it serve: a client redirected earlier could come before
// that answer.
net::task<void> exchange_beats(
    net::exchange& one, const context& with, line_reader& lines, stay_guard& who)
{
    auto& wire = one.connection();
    bool may_serve = false;  // it has been told so
    while (!membership::has_ended(*who) && !with.background.is_closed())
    {
        if (may_serve && !who->is_up())
        {
            who->becomes(presence::up);
            log::info("volume_up", {{"volume", who->name()}, {"address", who->facts().address}});
        }
        auto answer = answer_to(one, with);
        answer.serve = who->is_settled();
        const auto written = co_await write_line(wire, answer);
        if (!written)
            co_return;
        may_serve = answer.serve;
        const auto line = co_await lines.next();
        if (!line)
            co_return;
        const auto beat = wire::parse_beat(*line);
        if (!beat || beat->volume != who->name())
            co_return;
        who->note(*beat, with.time.steady());
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

result<void> check_beat(const wire::beat& first, const identity& of)
{
    if (!wire::is_volume_name(first.volume) || first.port == 0)
        return errc::malformed_request;
    if (!first.public_url.empty() && !is_public_url(first.public_url))
        return errc::malformed_request;
    if (!first.cluster.empty() && first.cluster != of.cluster)
        return errc::foreign_cluster;
    return {};
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
    auto fit = check_beat(*said, with.of);
    if (fit)
        fit = co_await enter_volume(with, *said);
    if (!fit)
    {
        co_await refuse_volume(one, *said, fit.error());
        co_return;
    }
    stay_guard who(with.members.join(stay_of(one, *said), *said, with.time.steady()));
    co_await prepare(with, *who);
    co_await exchange_beats(one, with, lines, who);
    if (!membership::has_ended(*who) && !with.background.is_closed())
        log::warning("volume_down", {{"volume", who->name()}});
}

}  // namespace smol::master
