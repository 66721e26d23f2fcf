#include "test/sim/http_call.hpp"

#include "common/http/status_of.hpp"

#include <stdexcept>
#include <utility>

namespace smol::sim {

namespace {

constexpr moment body_silence_max = 30 * second;
constexpr moment head_silence_max = 10 * second;
constexpr moment doubled_after_max = 40 * second;

[[noreturn]] void unsupported()
{
    throw std::logic_error("the simulated exchange has no such thing");
}

message end_message()
{
    return {};
}

// Fields that were printed before, as the other end reads them.
void unprint(http::response_head& head)
{
    auto lines = std::exchange(head.printed, {});
    while (!lines.empty())
    {
        const auto line = lines.substr(0, lines.find("\r\n"));
        const auto colon = line.find(": ");
        head.headers.add(line.substr(0, colon), line.substr(colon + 2));
        lines.remove_prefix(line.size() + 2);
    }
}

void send_all(endpoint& over, outgoing& what)
{
    if (what.head.body == http::framing::length && !what.pieces.empty())
    {
        what.head.content_length = 0;
        for (const auto& piece : what.pieces)
            what.head.content_length += piece.size();
        what.head.headers.set("Content-Length", std::to_string(what.head.content_length));
    }
    over.send(head_message(what.head));
    for (std::size_t i = 0; i < what.pieces.size(); ++i)
    {
        if (what.cut_before == i)
            return;
        over.send(piece_message(what.pieces[i]));
    }
    over.send(end_message());
}

// As a proxy might that tries again. Its answer goes nowhere.
net::task<void> send_again(
    network& in, host& from, std::string address, outgoing what, moment after)
{
    auto* const living = from.living();
    co_await living->pause(after);
    ++in.in().count[counted::duplicated_calls];
    in.in().note(from.name(), "sends again", what.head.target);
    auto over = in.dial(from, address);
    send_all(over, what);
    co_await over.receive(body_silence_max);
}

}  // namespace

message head_message(http::request_head head)
{
    message made;
    made.is = message::kind::request;
    made.request = std::make_shared<http::request_head>(std::move(head));
    return made;
}

message piece_message(std::string bytes)
{
    message made;
    made.is = message::kind::piece;
    made.text = std::move(bytes);
    return made;
}

net::task<result<answer>> call(
    network& in, host& from, std::string address, outgoing what, moment limit)
{
    auto& fate = in.in().fate;
    if (what.may_double && fate.odds(in.faults.doubled_of_10000))
    {
        auto again = send_again(in, from, address, what, fate.below(doubled_after_max));
        from.living()->spawn(std::move(again));
    }
    auto over = in.dial(from, address);
    send_all(over, what);
    if (what.cut_before)
        over.close();
    co_return co_await receive_answer(over, limit);
}

net::task<result<answer>> receive_answer(endpoint& from, moment limit)
{
    auto got = co_await from.receive(limit);
    if (!got)
        co_return got.error();
    if (got->is != message::kind::response)
        co_return errc::peer_unreachable;
    answer whole{got->response->status, got->response->headers, std::move(got->text)};
    co_return whole;
}

simulated_exchange::arriving::arriving(endpoint& over, const http::request_head& head) : over_(over)
{
    if (head.body == http::framing::length)
        length_ = head.content_length;
    has_ended_ = head.body == http::framing::none;
}

net::task<result<net::piece>> simulated_exchange::arriving::next()
{
    if (has_ended_)
        co_return net::piece{};
    auto got = co_await over_.receive(body_silence_max);
    if (!got && got.error() == errc::request_timeout)
        co_return errc::request_timeout;
    if (!got)
        co_return errc::body_truncated;
    has_ended_ = got->is == message::kind::end;
    if (has_ended_ && length_ && received_ != *length_)
        co_return errc::body_truncated;
    if (has_ended_)
        co_return net::piece{};
    piece_ = std::move(got->text);
    received_ += piece_.size();
    co_return net::piece{as_bytes(piece_), nullptr, piece_.size()};
}

simulated_exchange::simulated_exchange(
    endpoint& over, const http::request_head& head, http::target target)
    : over_(over), head_(head), target_(std::move(target)), body_(over, head)
{}

net::stream& simulated_exchange::connection()
{
    unsupported();
}

net::task<result<std::string>> simulated_exchange::read_body(std::size_t bytes_max)
{
    std::string whole;
    for (;;)
    {
        const auto next = co_await body_.next();
        if (!next)
            co_return next.error();
        if (next->size == 0)
            co_return whole;
        whole += as_text(next->bytes);
        if (whole.size() > bytes_max)
            co_return errc::body_too_large;
    }
}

void simulated_exchange::answer(http::response_head& head, std::string_view body)
{
    if (std::exchange(has_responded_, true))
        unsupported();
    unprint(head);
    send(head, body);
}

void simulated_exchange::send(const http::response_head& head, std::string_view body)
{
    message made;
    made.is = message::kind::response;
    made.response = std::make_shared<http::response_head>(head);
    made.text = std::string(body);
    over_.send(std::move(made));
}

void simulated_exchange::answer_refusal(
    error_code reason, std::string_view detail, std::string_view key)
{
    http::response_head head;
    head.status = http::status_of(reason);
    answer(head, http::refusal_body(reason, detail, key, request_id()));
}

net::task<result<void>> simulated_exchange::respond(http::response_head head, std::string_view body)
{
    answer(head, body);
    co_return result<void>();
}

net::task<result<void>> simulated_exchange::refuse(
    error_code reason, std::string_view detail, std::string_view key)
{
    answer_refusal(reason, detail, key);
    co_return result<void>();
}

void simulated_exchange::answer_file(http::response_head& head, net::file_part body)
{
    if (std::exchange(has_responded_, true))
        unsupported();
    unprint(head);
    unsent_head_ = std::move(head);
    unsent_ = std::move(body);
}

// After an error the client never hears of it.
net::task<void> simulated_exchange::send_unsent()
{
    if (!unsent_.owner)
        co_return;
    std::string body(unsent_.length, '\0');
    const auto into = std::as_writable_bytes(std::span(body));
    const auto got = co_await unsent_.from->read(into, unsent_.offset);
    const bool is_short = got && *got != body.size();
    if (!got || is_short)
        unsent_.owner->sending_failed(is_short ? errc::blob_damaged : got.error());
    else
        send(unsent_head_, body);
}

net::task<result<void>> simulated_exchange::respond_from(http::response_head, net::body_source&)
{
    unsupported();
}

net::task<result<void>> simulated_exchange::begin(http::response_head)
{
    unsupported();
}

net::task<result<void>> simulated_exchange::write(std::string_view)
{
    unsupported();
}

net::task<result<void>> simulated_exchange::end()
{
    unsupported();
}

net::task<result<void>> simulated_exchange::upgrade(std::string_view)
{
    unsupported();
}

net::task<void> serve(endpoint over, net::service& by)
{
    auto first = co_await over.receive(head_silence_max);
    if (!first || !first->request)
        co_return;
    const auto head = first->request;
    auto target = http::parse_target(head->target);
    if (!target)
        co_return;
    simulated_exchange one(over, *head, std::move(*target));
    if (!by.serve_now(one))
        co_await by.serve(one);
    co_await one.send_unsent();
}

}  // namespace smol::sim
