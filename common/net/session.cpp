#include "common/net/session.hpp"

#include "common/net/desk.hpp"
#include "common/net/server_exchange.hpp"

#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <cassert>
#include <exception>
#include <utility>

namespace smol::net {

namespace {

// For a client that has no reason to send more: it reads the answer and closes.
constexpr std::chrono::milliseconds short_linger{1'000};

constexpr std::string_view task_name = "session";

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

session::session(session_context& of,
    session_list& list,
    loop& home,
    gate::pass place,
    io::unique_fd accepted,
    const asio::ip::tcp& protocol)
    : place_taken_(std::move(place)), context_(of), list_(list),
      connection_(home, std::move(accepted), protocol)
{
    list_.add(*this);
}

session::~session()
{
    give_desk_back();
    list_.remove(*this);
}

void session::begin(session_context& of,
    session_list& list,
    loop& home,
    gate::pass place,
    io::unique_fd accepted,
    asio::ip::tcp protocol) noexcept
try
{
    go_on(
        std::make_unique<session>(of, list, home, std::move(place), std::move(accepted), protocol));
}
catch (...)
{
    log_task_failed(task_name, std::current_exception());
}

void session::go_on(owner self)
{
    if (self->has_read_ahead())
        serve(std::move(self));
    else
        wait(std::move(self));
}

void session::wait(owner self)
{
    self->give_desk_back();
    if (self->context_.is_stopping.load())
        return;
    self->begin_to_wait();
    auto& connection = self->connection_;
    connection.when_readable([self = std::move(self)](const error_code& outcome) mutable {
        wake(std::move(self), outcome);
    });
}

void session::wake(owner self, const error_code& outcome) noexcept
try
{
    self->is_idle_ = false;
    if (!self->connection_.has_waited(outcome))
        return;
    self->desk_ = self->connection_.home().desks().take();
    serve(std::move(self));
}
catch (...)
{
    log_task_failed(task_name, std::current_exception());
}

void session::serve(owner self)
{
    auto how = self->serve_now();
    while (how == after::keep && self->has_read_ahead())
        how = self->serve_now();
    if (how == after::keep)
        return wait(std::move(self));
    const auto home = self->connection_.home().get_executor();
    asio::co_spawn(home, finish(std::move(self), how), [](const std::exception_ptr& failure) {
        log_task_failed(task_name, failure);
    });
}

task<void> session::finish(owner self, after how)
{
    if (how == after::more)
        how = co_await self->serve_one();
    if (how == after::keep)
        go_on(std::move(self));
    else if (how != after::close)
        co_await self->linger(how);
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
