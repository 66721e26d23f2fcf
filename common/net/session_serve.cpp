// What a session does with a request: finds its head, has it answered, and says what comes next.

#include "common/base/log.hpp"
#include "common/http/message.hpp"
#include "common/net/desk.hpp"
#include "common/net/server_exchange.hpp"
#include "common/net/session.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace smol::net {

namespace {

void refuse_unanswered(exchange& one)
{
    const auto reason = make_error_code(boost::system::errc::state_not_recoverable);
    one.answer_refusal(reason, "The handler gave no answer.", {});
}

void log_handler_failed(const exchange& one, const std::exception& failure)
{
    log::error("handler_failed",
        {{"request_id", one.request_id()},
            {"target", one.request().target},
            {"error", failure.what()}});
}

}  // namespace

// How many bytes the head has; 0 if no whole one is here. Empty lines before it are passed over
// (RFC 9112 2.2).
std::size_t session::find_head()
{
    auto& in = desk_->in;
    while (in.text().starts_with("\r\n"))
        in.consume(2);
    return http::find_head_end(in.text());
}

std::size_t session::read_head_now()
{
    auto& in = desk_->in;
    if (in.is_empty())
    {
        const auto got = connection_.read_now(in.room(http::head_bytes_max));
        if (!got)
            return 0;
        in.filled(*got);
    }
    return find_head();
}

// Of the head that is read: it leaves the buffer whatever it is.
result<void> session::open_exchange(std::size_t head_bytes)
{
    waits_since_ = std::chrono::steady_clock::time_point::max();
    auto& of = *desk_;
    const auto head = of.in.text().substr(0, head_bytes);
    of.in.consume(head.size());
    if (head.size() > http::head_bytes_max)
        return http::reason_of_long_head(head);
    if (const auto parsed = http::parse_request_head(head, of.request); !parsed)
        return parsed;
    const auto parsed = http::parse_target(of.request.target, of.target);
    of.one.emplace(*this, of);
    if (!parsed)
        of.one->answer_refusal(parsed.error(), {}, {});
    return {};
}

// A request that is here and takes no waiting, without a coroutine. `more`: serve_one goes on from
// where this ended.
session::after session::serve_now()
{
    desk_->one.reset();
    const auto head_bytes = read_head_now();
    if (head_bytes == 0)
        return after::more;
    desk_->refusal = open_exchange(head_bytes).error();
    if (desk_->refusal)
        return after::more;
    auto& one = *desk_->one;
    if (!answer_now(one))
        return after::more;
    one.send_now();
    return one.has_unsent() ? after::more : after_all(one);
}

bool session::answer_now(server_exchange& one)
{
    try
    {
        return one.has_responded() || context_.answers.serve_now(one);
    }
    catch (const std::exception& failure)
    {
        log_handler_failed(one, failure);
        refuse_unanswered(one);
        return true;
    }
}

// The desk's refusal, or an error of the connection; the end of it is one.
task<result<void>> session::read_head()
{
    const auto now = std::chrono::steady_clock::now();
    waits_since_ = std::min(waits_since_, now);
    connection_.expires_at(now + context_.options.header_timeout);
    auto& in = desk_->in;
    for (;;)
    {
        if (const auto head_bytes = find_head(); head_bytes > 0)
            co_return open_exchange(head_bytes);
        if (in.size() >= http::head_bytes_max)
            co_return http::reason_of_long_head(in.text());
        const auto into = in.room(http::head_bytes_max - in.size());
        const auto got = co_await connection_.read_some(into);
        if (!got)
            co_return got.error();
        if (*got == 0)
            co_return asio::error::eof;
        in.filled(*got);
    }
}

task<session::after> session::serve_one()
{
    bool is_asked = true;  // whether it can be answered at once
    if (!desk_->one && !desk_->refusal)
    {
        const auto read = co_await read_head();
        desk_->refusal = read.error();
        is_asked = false;
    }
    waits_since_ = std::chrono::steady_clock::time_point::max();
    if (desk_->refusal)
        co_return co_await refuse_head(desk_->refusal);
    auto& one = *desk_->one;
    if (!one.has_responded() && (is_asked || !answer_now(one)))
    {
        try
        {
            co_await context_.answers.serve(one);
        }
        catch (const std::exception& failure)
        {
            log_handler_failed(one, failure);
        }
    }
    if (!one.has_responded())
        refuse_unanswered(one);
    if (one.has_unsent())
        co_await one.send_unsent();
    const auto how = after_all(one);
    if (how != after::more)
        co_return how;
    connection_.expires_after(context_.options.drain_timeout);
    const auto drained = co_await one.received().skip();
    co_return drained ? after::keep : after::close;
}

// For what is no request: nothing of it can be trusted, so the connection ends. So does one that
// failed.
task<session::after> session::refuse_head(error_code reason)
{
    if (reason.category() != smol_category())
        co_return after::close;
    desk_->request = http::request_head();
    desk_->request.keep_alive = false;
    desk_->target = http::target();
    auto& one = desk_->one.emplace(*this, *desk_);
    const auto sent = co_await one.refuse(reason, {}, {});
    co_return sent ? after::linger : after::close;
}

// Of an exchange that is over. `more`: what is left of the request's body goes first.
session::after session::after_all(server_exchange& one) const noexcept
{
    if (one.is_upgraded() || !one.is_complete())
        return after::close;
    const auto& body = one.received();
    const bool is_sending = !body.is_finished() && !body.is_unannounced();
    if (!one.keeps_connection())
        return is_sending ? after::linger : after::linger_short;
    return is_sending ? after::more : after::keep;
}

}  // namespace smol::net
