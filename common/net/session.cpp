#include "common/net/session.hpp"

#include "common/base/log.hpp"
#include "common/http/message.hpp"
#include "common/net/server_exchange.hpp"

#include <algorithm>
#include <cassert>
#include <exception>
#include <utility>

namespace smol::net {

namespace {

// For a client that has no reason to send more: it reads the answer and closes.
constexpr std::chrono::milliseconds short_linger{1'000};

error_code handler_failed() noexcept
{
    return make_error_code(boost::system::errc::state_not_recoverable);
}

}  // namespace

pace session_context::body_pace() const noexcept
{
    return {options.body_idle_timeout, options.body_grace, options.body_bytes_per_second_min};
}

void session_list::add(session& one)
{
    one.place_ = all_.size();
    all_.push_back(&one);
}

void session_list::remove(session& one)
{
    assert(all_[one.place_] == &one);
    all_[one.place_] = all_.back();
    all_[one.place_]->place_ = one.place_;
    all_.pop_back();
}

void session_list::close_idle()
{
    for (auto* one : all_)
        if (one->is_idle_)
            one->connection_.close();
}

void session_list::close_all()
{
    for (auto* one : all_)
        one->connection_.close();
}

void session_list::close_longest_waiting(std::chrono::milliseconds patience)
{
    const auto longest = std::min_element(all_.begin(), all_.end(), [](auto* one, auto* other) {
        return one->waits_since_ < other->waits_since_;
    });
    const auto limit = std::chrono::steady_clock::now() - patience;
    if (longest != all_.end() && (*longest)->waits_since_ <= limit)
    {
        (*longest)->waits_since_ = std::chrono::steady_clock::time_point::max();
        (*longest)->connection_.close();
    }
}

session::session(session_context& of, session_list& list, loop& home, tcp_socket socket)
    : context_(of), list_(list), connection_(home, std::move(socket))
{
    list_.add(*this);
}

session::~session()
{
    list_.remove(*this);
}

task<void> session::run()
{
    for (;;)
    {
        waits_since_ = std::chrono::steady_clock::now();
        const bool is_coming = co_await wait_for_request();
        if (!is_coming)
            co_return;
        const auto how = co_await serve_one();
        if (how == after::close)
            co_return;
        if (how == after::keep)
            continue;
        co_await linger(how);
        co_return;
    }
}

task<bool> session::wait_for_request()
{
    if (!buffered_.is_empty())
        co_return true;
    buffered_.release();
    if (context_.is_stopping.load())
        co_return false;
    connection_.expires_after(context_.options.idle_timeout);
    is_idle_ = true;
    const auto ready = co_await connection_.wait_readable();
    is_idle_ = false;
    co_return ready.has_value();
}

// The head's length; 0 if the client went away. Empty lines before it are passed over (RFC
// 9112 2.2).
task<result<std::size_t>> session::read_head()
{
    connection_.expires_after(context_.options.header_timeout);
    for (;;)
    {
        while (buffered_.text().starts_with("\r\n"))
            buffered_.consume(2);
        const auto size = http::find_head_end(buffered_.text());
        if (size > http::head_bytes_max)
            co_return http::reason_of_long_head(buffered_.text());
        if (size > 0)
            co_return size;
        if (buffered_.size() >= http::head_bytes_max)
            co_return http::reason_of_long_head(buffered_.text());
        const auto into = buffered_.room(http::head_bytes_max - buffered_.size());
        const auto got = co_await connection_.read_some(into);
        if (!got)
            co_return got.error();
        if (*got == 0)
            co_return std::size_t{0};
        buffered_.filled(*got);
    }
}

task<session::after> session::serve_one()
{
    const auto size = co_await read_head();
    waits_since_ = std::chrono::steady_clock::time_point::max();
    if (!size && size.error().category() == smol_category())
        co_return co_await refuse_head(size.error());
    if (!size || *size == 0)
        co_return after::close;
    std::string head(buffered_.text().substr(0, *size));
    buffered_.consume(*size);
    co_return co_await serve_head(std::move(head));
}

// For what is no request: nothing of it can be trusted, so the connection ends.
task<session::after> session::refuse_head(error_code reason)
{
    http::request_head unread;
    unread.keep_alive = false;
    server_exchange one(*this, std::move(unread), http::target());
    const auto sent = co_await one.refuse(reason, {}, {});
    co_return sent ? after::linger : after::close;
}

task<session::after> session::serve_head(std::string head)
{
    auto request = http::parse_request_head(head);
    if (!request)
        co_return co_await refuse_head(request.error());
    auto target = http::parse_target(request->target);
    const error_code misread = target ? error_code() : target.error();
    if (misread)
        target = http::target();
    server_exchange one(*this, std::move(*request), std::move(*target));
    if (misread)
        co_await one.refuse(misread, {}, {});
    else
        co_await serve_safely(one);
    co_return co_await conclude(one);
}

task<void> session::serve_safely(exchange& one)
{
    try
    {
        co_await context_.answers.serve(one);
    }
    catch (const std::exception& failure)
    {
        log::error("handler_failed",
            {{"request_id", one.request_id()},
                {"target", one.request().target},
                {"error", failure.what()}});
    }
}

task<session::after> session::conclude(server_exchange& one)
{
    if (one.is_upgraded())
        co_return after::close;
    if (!one.has_responded())
        co_await one.refuse(handler_failed(), "The handler gave no answer.", {});
    if (!one.is_complete())
        co_return after::close;
    const auto& body = one.received();
    const bool is_sending = !body.is_finished() && !body.is_unannounced();
    if (!one.keeps_connection())
        co_return is_sending ? after::linger : after::linger_short;
    if (!is_sending)
        co_return after::keep;
    connection_.expires_after(context_.options.drain_timeout);
    const auto drained = co_await one.received().skip();
    co_return drained ? after::keep : after::close;
}

// RFC 9112 section 9.6: closing with unread bytes makes the kernel reset the connection, and the
// client may lose the answer.
task<void> session::linger(after how)
{
    buffered_.release();
    connection_.shutdown_send();
    const bool is_short = how == after::linger_short;
    connection_.expires_after(is_short ? short_linger : context_.options.drain_timeout);
    co_await connection_.discard(context_.options.drain_bytes_max);
}

}  // namespace smol::net
