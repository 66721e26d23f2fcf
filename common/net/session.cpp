#include "common/net/session.hpp"

#include "common/base/log.hpp"
#include "common/http/message.hpp"
#include "common/net/desk.hpp"
#include "common/net/server_exchange.hpp"

#include <algorithm>
#include <cassert>
#include <exception>
#include <utility>

namespace smol::net {

namespace {

// For a client that has no reason to send more: it reads the answer and closes.
constexpr std::chrono::milliseconds short_linger{1'000};

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
    give_desk_back();
    list_.remove(*this);
}

task<void> session::run(session_context& of,
    session_list& list,
    loop& home,
    io::unique_fd accepted,
    asio::ip::tcp protocol)
{
    session self(of, list, home, {home.get_executor(), protocol, accepted.release()});
    auto how = after::keep;
    while (how == after::keep)
    {
        if (!self.has_read_ahead())
        {
            self.give_desk_back();
            if (of.is_stopping.load())
                co_return;
            self.begin_to_wait();
            const auto outcome = co_await self.connection_.readable();
            self.is_idle_ = false;
            if (!self.connection_.has_waited(outcome))
                co_return;
            self.desk_ = home.desks().take();
        }
        how = self.serve_now();
        if (how == after::more)
            how = co_await self.serve_one();
    }
    if (how != after::close)
        co_await self.linger(how);
}

bool session::has_read_ahead() const noexcept
{
    return desk_ && !desk_->in.is_empty();
}

void session::begin_to_wait() noexcept
{
    waits_since_ = std::chrono::steady_clock::now();
    connection_.expires_at(waits_since_ + context_.options.idle_timeout);
    is_idle_ = true;
}

void session::give_desk_back() noexcept
{
    if (desk_)
        connection_.home().desks().give_back(std::move(desk_));
}

// False if no whole head is here. Empty lines before it are passed over (RFC 9112 2.2).
bool session::find_head()
{
    auto& in = desk_->in;
    while (in.text().starts_with("\r\n"))
        in.consume(2);
    head_bytes_ = http::find_head_end(in.text());
    return head_bytes_ > 0;
}

bool session::read_head_now()
{
    auto& in = desk_->in;
    if (in.is_empty())
    {
        const auto got = connection_.read_now(in.room(http::head_bytes_max));
        if (!got)
            return false;
        in.filled(*got);
    }
    return find_head();
}

// Of the head that is read: it leaves the buffer whatever it is.
result<void> session::open_exchange()
{
    waits_since_ = std::chrono::steady_clock::time_point::max();
    auto& of = *desk_;
    const auto head = of.in.text().substr(0, std::exchange(head_bytes_, 0));
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
    if (!read_head_now())
        return after::more;
    if (const auto opened = open_exchange(); !opened)
    {
        refusal_ = opened.error();
        return after::more;
    }
    auto& one = *desk_->one;
    if (!answer_now(one))
        return after::more;
    one.send_now();
    if (!one.is_complete() || !one.received().is_finished())
        return after::more;
    return one.keeps_connection() ? after::keep : after::linger_short;
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

// refusal_, or an error of the connection; the end of it is one.
task<result<void>> session::read_head()
{
    const auto now = std::chrono::steady_clock::now();
    waits_since_ = std::min(waits_since_, now);
    connection_.expires_at(now + context_.options.header_timeout);
    auto& in = desk_->in;
    for (;;)
    {
        if (find_head())
            co_return result<void>();
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
    if (!desk_->one && !refusal_)
    {
        auto read = co_await read_head();
        if (read)
            read = open_exchange();
        if (!read)
            refusal_ = read.error();
        is_asked = !read;
    }
    waits_since_ = std::chrono::steady_clock::time_point::max();
    if (refusal_ && refusal_.category() != smol_category())
        co_return after::close;
    if (refusal_)
        co_return co_await refuse_head(refusal_);
    auto& one = *desk_->one;
    if (!one.has_responded() && (is_asked || !answer_now(one)))
        co_await serve_safely(one);
    co_return co_await conclude(one);
}

// For what is no request: nothing of it can be trusted, so the connection ends.
task<session::after> session::refuse_head(error_code reason)
{
    desk_->request = http::request_head();
    desk_->request.keep_alive = false;
    desk_->target = http::target();
    auto& one = desk_->one.emplace(*this, *desk_);
    const auto sent = co_await one.refuse(reason, {}, {});
    co_return sent ? after::linger : after::close;
}

task<void> session::serve_safely(exchange& one)
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

task<session::after> session::conclude(server_exchange& one)
{
    if (one.is_upgraded())
        co_return after::close;
    if (!one.has_responded())
        refuse_unanswered(one);
    if (one.has_unsent())
        co_await one.send_unsent();
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
    give_desk_back();
    connection_.shutdown_send();
    const bool is_short = how == after::linger_short;
    connection_.expires_after(is_short ? short_linger : context_.options.drain_timeout);
    co_await connection_.discard(context_.options.drain_bytes_max);
}

}  // namespace smol::net
