#include "cli/front_door.hpp"

#include "cli/key_argument.hpp"
#include "common/base/bytes.hpp"
#include "common/base/hex.hpp"
#include "common/key/object_key.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smol::cli {

namespace {

constexpr std::size_t page_keys = 1000;
constexpr unsigned temporary_redirect = 307;

bool is_success(unsigned status)
{
    return status >= 200 && status < 300;
}

// "<http://…>; rel=duplicate" -> the URL.
result<url> parse_duplicate(std::string_view link)
{
    const auto end = link.find('>');
    const bool duplicate = link.find("rel=duplicate") != std::string_view::npos ||
                           link.find("rel=\"duplicate\"") != std::string_view::npos;
    if (!link.starts_with('<') || end == std::string_view::npos || !duplicate)
        return errc::malformed_request;
    return parse_url(link.substr(1, end - 1));
}

// PUT ?location. A large value is announced with its length and "Expect: 100-continue", at the
// price of the connection; a small one stands as an empty chunked body, and the connection is kept.
http::request_head announcement(
    std::string_view key, std::optional<std::uint64_t> length, http::fields conditions)
{
    constexpr std::uint64_t large_bytes = 1 * MiB;
    http::request_head head;
    head.method = "PUT";
    head.target = key::encode(key) + "?location";
    head.headers = std::move(conditions);
    head.expects_continue = !length || *length >= large_bytes;
    const bool is_plain = length && (*length == 0 || head.expects_continue);
    head.body = is_plain ? http::framing::length : http::framing::chunked;
    head.content_length = length.value_or(0);
    return head;
}

failure strange(std::string_view subject, std::string_view what)
{
    return {exit_code::failed,
        fmt::format("{}: {}. Is that a smol master, and of this version?", subject, what)};
}

}  // namespace

outcome<url> location_of(std::string_view subject, const http::response_head& answer)
{
    const auto value = answer.headers.find("Location");
    auto parsed = value ? parse_url(*value) : result<url>(errc::malformed_request);
    if (!parsed)
        return strange(subject, "the redirect has no address that can be followed");
    return std::move(*parsed);
}

std::vector<url> replicas_of(const http::response_head& answer)
{
    std::vector<url> all;
    const auto keep = [&](result<url> one) {
        if (one && std::find(all.begin(), all.end(), *one) == all.end())
            all.push_back(std::move(*one));
    };
    for (const auto& field : answer.headers)
        if (http::equal_names(field.name, "Location"))
            keep(parse_url(field.value));
    for (const auto& field : answer.headers)
    {
        if (!http::equal_names(field.name, "Link"))
            continue;
        std::string_view rest = field.value;
        while (!rest.empty())
        {
            const auto next = std::min(rest.find(", <"), rest.size());
            keep(parse_duplicate(rest.substr(0, next)));
            rest.remove_prefix(std::min(next + 2, rest.size()));
        }
    }
    return all;
}

outcome<net::reply> front_door::judged(std::string_view subject, result<net::reply> answer) const
{
    if (!answer && answer.error() == errc::peer_unreachable)
        return unreachable(subject, master_);
    if (!answer)
        return interrupted(subject, master_, answer.error());
    const auto status = answer->head.status;
    if (!is_success(status) && status != temporary_redirect)
        return refused(subject, status, answer->body);
    return std::move(*answer);
}

net::task<outcome<net::reply>> front_door::ask(
    std::string subject, std::string method, std::string target)
{
    http::request_head head;
    head.method = std::move(method);
    head.target = std::move(target);
    auto answer = co_await net::call(home_, master_, std::move(head), std::string());
    co_return judged(subject, std::move(answer));
}

// A request whose body stays here: the master answers without it.
net::task<result<net::reply>> front_door::announce(http::request_head head)
{
    const bool waits = head.expects_continue;
    auto exchange = co_await net::client_exchange::open(home_, master_);
    if (!exchange)
        co_return exchange.error();
    auto sent = co_await exchange->send_head(std::move(head));
    if (sent && !waits)
        sent = co_await exchange->finish();
    auto answer = co_await exchange->receive();
    if (!answer)
        co_return answer.error();
    auto body = co_await exchange->receive_text(net::reply_bytes_max);
    if (!body)
        co_return body.error();
    co_return net::reply{std::move(*answer), std::move(*body)};
}

net::task<outcome<url>> front_door::locate_put(
    std::string key, std::optional<std::uint64_t> length, http::fields conditions)
{
    const auto subject = shown(key);
    auto asking = announce(announcement(key, length, std::move(conditions)));
    auto told = co_await std::move(asking);
    auto answer = judged(subject, std::move(told));
    if (!answer)
        co_return answer.error();
    if (answer->head.status == temporary_redirect)
        co_return location_of(subject, answer->head);
    const auto location = parse_location(answer->body);
    auto parsed = location ? parse_url(*location) : result<url>(location.error());
    if (!parsed)
        co_return strange(subject, "the master's answer does not say where to send the value");
    co_return std::move(*parsed);
}

net::task<outcome<value_location>> front_door::locate_get(std::string key)
{
    const auto subject = shown(key);
    auto asked = ask(subject, "GET", key::encode(key) + "?redirect");
    auto answer = co_await std::move(asked);
    if (!answer)
        co_return answer.error();
    value_location found;
    found.replicas = replicas_of(answer->head);
    found.etag = answer->head.headers.find("ETag").value_or("");
    if (answer->head.status != temporary_redirect || found.replicas.empty())
        co_return strange(subject, "the master's answer does not say where the value is");
    co_return found;
}

net::task<outcome<void>> front_door::remove(std::string key)
{
    auto asked = ask(shown(key), "DELETE", key::encode(key));
    auto answer = co_await std::move(asked);
    if (!answer)
        co_return answer.error();
    co_return outcome<void>();
}

net::task<outcome<key_page>> front_door::list(std::string prefix, std::string start, listed which)
{
    const auto subject = shown(prefix);
    auto target = key::encode(prefix);
    target += which == listed::unlinked ? "?unlinked" : "?list";
    target += fmt::format("&limit={}", page_keys);
    if (!start.empty())
        target += "&start=" + percent_encode(start);
    auto asked = ask(subject, "GET", std::move(target));
    auto answer = co_await std::move(asked);
    if (!answer)
        co_return answer.error();
    auto page = parse_key_page(answer->body);
    if (!page)
        co_return strange(subject, "the master's list cannot be read");
    co_return std::move(*page);
}

net::task<outcome<std::string>> front_door::stat(std::string key)
{
    auto asked = ask(shown(key), "GET", "/-/stat" + key::encode(key));
    auto answer = co_await std::move(asked);
    if (!answer)
        co_return answer.error();
    co_return std::move(answer->body);
}

net::task<outcome<std::string>> front_door::status()
{
    auto asked = ask("master", "GET", "/-/status");
    auto answer = co_await std::move(asked);
    if (!answer)
        co_return answer.error();
    co_return std::move(answer->body);
}

}  // namespace smol::cli
