#include "common/net/stream.hpp"

#include "common/net/socket_calls.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <utility>

namespace smol::net {

namespace {

constexpr std::uint64_t turn_bytes_max = 8 * MiB;  // without letting others have the loop
constexpr int unsent_bytes_max = 256 * 1024;       // in the kernel

}  // namespace

stream::stream(loop& home, tcp_socket socket) : home_(home), socket_(std::move(socket))
{
    error_code ignored;  // a peer that has gone is found at the first operation
    socket_.native_non_blocking(true, ignored);
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    bound_unsent(socket_.native_handle(), unsent_bytes_max);
    home_.enlist(*this);
}

stream::stream(loop& home, io::unique_fd accepted, const asio::ip::tcp& protocol)
    : stream(home, {home.get_executor(), protocol, accepted.release()})
{}

stream::~stream()
{
    leave_nothing();
    home_.dismiss(*this);
}

task<result<void>> stream::connect(asio::ip::tcp::endpoint to)
{
    const auto size = static_cast<socklen_t>(to.size());
    auto connected = start_connect(socket_.native_handle(), to.data(), size);
    if (!connected && connected.error() == boost::system::errc::operation_in_progress)
    {
        const auto writable = co_await wait(tcp_socket::wait_write);
        if (!writable)
            co_return writable.error();
        connected = pending_error(socket_.native_handle());
    }
    if (!connected)
        co_return why(connected.error());
    co_return result<void>();
}

task<result<std::size_t>> stream::read_some(std::span<std::byte> into)
{
    if (!put_back_.empty())
        co_return take_put_back(into);
    for (;;)
    {
        if (is_greedy())
            co_await give_way();
        if (expired_)
            co_return errc::request_timeout;
        const auto got = receive_some(socket_.native_handle(), into);
        if (got)
        {
            moved(*got);
            co_return *got;
        }
        const auto ready = co_await ready_or(got.error(), tcp_socket::wait_read);
        if (!ready)
            co_return ready.error();
    }
}

task<result<void>> stream::write_all(byte_view bytes, more then)
{
    const int flags = then == more::yes ? MSG_MORE : 0;
    while (!bytes.empty())
    {
        if (is_greedy())
            co_await give_way();
        if (expired_)
            co_return errc::request_timeout;
        const auto slice = bytes.first(within_one_call(bytes.size()));
        const bool is_last = slice.size() == bytes.size();
        const auto sent =
            send_some(socket_.native_handle(), slice, is_last ? flags : int{MSG_MORE});
        if (sent)
        {
            moved(*sent);
            bytes = bytes.subspan(*sent);
            continue;
        }
        const auto ready = co_await ready_or(sent.error(), tcp_socket::wait_write);
        if (!ready)
            co_return ready.error();
    }
    if (then == more::no)
        cork(then);
    co_return result<void>();
}

task<result<std::uint64_t>> stream::discard(std::uint64_t bytes_max)
{
    std::uint64_t total = std::min<std::uint64_t>(bytes_max, put_back_.size());
    put_back_.erase(0, total);
    while (total < bytes_max)
    {
        if (is_greedy())
            co_await give_way();
        if (expired_)
            co_return errc::request_timeout;
        const auto got = discard_some(socket_.native_handle(), within_one_call(bytes_max - total));
        if (got && *got == 0)
            break;
        if (got)
        {
            moved(*got);
            total += *got;
            continue;
        }
        const auto ready = co_await ready_or(got.error(), tcp_socket::wait_read);
        if (!ready)
            co_return ready.error();
    }
    co_return total;
}

result<std::size_t> stream::read_now(std::span<std::byte> into) noexcept
{
    if (!put_back_.empty() || expired_ || is_greedy())
        return not_now();
    const auto got = receive_some(socket_.native_handle(), into);
    if (got)
        moved(*got);
    return got;
}

result<std::size_t> stream::write_now(byte_view bytes, more then) noexcept
{
    if (expired_ || is_greedy())
        return not_now();
    const int flags = then == more::yes ? MSG_MORE : 0;
    const auto sent =
        send_some(socket_.native_handle(), bytes.first(within_one_call(bytes.size())), flags);
    if (sent)
        moved(*sent);
    return sent;
}

void stream::begin_to_wait() noexcept
{
    assert(put_back_.empty() && !is_paced_ && !expired_);
    turn_bytes_ = 0;
}

result<void> stream::has_waited(const error_code& outcome) const noexcept
{
    if (outcome || expired_)
        return why(outcome);
    return {};
}

task<result<void>> stream::wait_readable()
{
    if (!put_back_.empty())
        return []() -> task<result<void>> { co_return result<void>(); }();
    return wait(tcp_socket::wait_read);
}

task<result<void>> stream::ready_or(error_code failure, tcp_socket::wait_type what)
{
    if (!is_not_now(failure))
        return [](error_code ec) -> task<result<void>> { co_return ec; }(why(failure));
    return wait(what);
}

task<result<void>> stream::wait(tcp_socket::wait_type what)
{
    if (expired_)
        co_return errc::request_timeout;
    wait_begun_ = std::chrono::steady_clock::now();
    is_sending_ = what == tcp_socket::wait_write;
    if (is_paced_)
    {
        count_delivered();
        limit_ = paced_limit(wait_begun_);
    }
    turn_bytes_ = 0;
    const auto [ec] = co_await socket_.async_wait(what, use_task);
    if (is_paced_)
    {
        count_wait(std::chrono::steady_clock::now());
        limit_ = time_point::max();
    }
    if (ec || expired_)
        co_return why(ec);
    co_return result<void>();
}

task<void> stream::give_way()
{
    turn_bytes_ = 0;
    const asio::use_awaitable_t<executor> token;
    co_await asio::post(home_.get_executor(), token);
}

void stream::put_back(std::string bytes)
{
    assert(put_back_.empty());
    put_back_ = std::move(bytes);
}

std::size_t stream::take_put_back(std::span<std::byte> into) noexcept
{
    const auto size = std::min(into.size(), put_back_.size());
    std::memcpy(into.data(), put_back_.data(), size);
    put_back_.erase(0, size);
    return size;
}

bool stream::is_stale() noexcept
{
    return expired_ || !put_back_.empty() || is_readable(socket_.native_handle());
}

void stream::moved(std::size_t bytes) noexcept
{
    turn_bytes_ += bytes;
    paced_bytes_ += bytes;
    idle_ = {};
}

bool stream::is_greedy() const noexcept
{
    return turn_bytes_ >= turn_bytes_max;
}

}  // namespace smol::net
