#include "common/net/client.hpp"

#include <utility>

namespace smol::net {

namespace {

bool may_lack_length(std::string_view method) noexcept
{
    return method == "GET" || method == "HEAD" || method == "DELETE";
}

void frame(http::request_head& head, const std::string& body)
{
    const bool is_without = body.empty() && may_lack_length(head.method);
    head.body = is_without ? http::framing::none : http::framing::length;
    head.content_length = body.size();
}

}  // namespace

// One try on one connection.
class call_attempt
{
public:
    explicit call_attempt(client_exchange on) : on_(std::move(on)) {}

    static task<result<call_attempt>> on_any(
        loop& home, std::string address, client_timeouts timeouts);
    static task<result<call_attempt>> on_new(
        loop& home, std::string address, client_timeouts timeouts);

    task<result<reply>> ask(http::request_head head, const std::string& body);
    bool was_stale() const noexcept { return on_.was_stale(); }

private:
    client_exchange on_;
};

task<result<call_attempt>> call_attempt::on_any(
    loop& home, std::string address, client_timeouts timeouts)
{
    auto opened = co_await client_exchange::open(home, std::move(address), timeouts);
    if (!opened)
        co_return opened.error();
    co_return call_attempt(std::move(*opened));
}

task<result<call_attempt>> call_attempt::on_new(
    loop& home, std::string address, client_timeouts timeouts)
{
    auto opened = co_await client_exchange::open_new(home, std::move(address), timeouts);
    if (!opened)
        co_return opened.error();
    co_return call_attempt(std::move(*opened));
}

task<result<reply>> call_attempt::ask(http::request_head head, const std::string& body)
{
    auto sent = co_await on_.send_head(std::move(head));
    if (sent)
        sent = co_await on_.send(as_bytes(body));
    if (!sent)
        co_return sent.error();
    auto answer = co_await on_.receive();
    if (!answer)
        co_return answer.error();
    auto text = co_await on_.receive_text(reply_bytes_max);
    if (!text)
        co_return text.error();
    reply whole;
    whole.head = std::move(*answer);
    whole.body = std::move(*text);
    co_return whole;
}

task<result<reply>> call(loop& home,
    std::string address,
    http::request_head head,
    std::string body,
    client_timeouts timeouts)
{
    frame(head, body);
    auto first = co_await call_attempt::on_any(home, address, timeouts);
    if (!first)
        co_return first.error();
    auto answer = co_await first->ask(head, body);
    if (answer || !first->was_stale())
        co_return answer;
    auto second = co_await call_attempt::on_new(home, std::move(address), timeouts);
    if (!second)
        co_return second.error();
    co_return co_await second->ask(std::move(head), body);
}

}  // namespace smol::net
