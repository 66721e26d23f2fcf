#include "common/net/stream.hpp"

#include "common/io/transfer.hpp"
#include "common/net/socket_calls.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <utility>

namespace smol::net {

namespace {

constexpr std::size_t call_bytes_max = 1 * MiB;    // of one system call
constexpr std::uint64_t turn_bytes_max = 8 * MiB;  // without letting others have the loop

std::size_t one_call(std::uint64_t length) noexcept
{
    return static_cast<std::size_t>(std::min<std::uint64_t>(length, call_bytes_max));
}

}  // namespace

stream::stream(loop& home, tcp_socket socket) : home_(home), socket_(std::move(socket))
{
    error_code ignored;  // a peer that has gone is found at the first operation
    socket_.native_non_blocking(true, ignored);
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    peer_ = socket_.remote_endpoint(ignored);
    home_.enlist(*this);
}

stream::~stream()
{
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
    peer_ = to;
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
        const auto slice = bytes.first(one_call(bytes.size()));
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

task<result<void>> stream::send_file(
    int file, std::uint64_t offset, std::uint64_t length, more then)
{
    if (then == more::yes)
        cork(then);
    while (length > 0)
    {
        if (is_greedy())
            co_await give_way();
        if (expired_)
            co_return errc::request_timeout;
        const auto sent =
            io::sendfile_some(socket_.native_handle(), file, offset, one_call(length));
        if (sent && *sent == 0)
            co_return errc::blob_damaged;
        if (sent)
        {
            moved(*sent);
            offset += *sent;
            length -= *sent;
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

task<result<std::size_t>> stream::fill(io::pipe& to, std::size_t length)
{
    if (!put_back_.empty())
    {
        const auto early = as_bytes(put_back_).first(std::min(length, put_back_.size()));
        const auto put = io::write_pipe(to.write_end(), early);
        if (put)
            put_back_.erase(0, *put);
        co_return put;
    }
    std::size_t total = 0;
    for (;;)
    {
        if (is_greedy())
            co_await give_way();
        if (expired_)
            co_return errc::request_timeout;
        const auto got = io::splice_in(socket_.native_handle(), to.write_end(), length - total);
        if (got)
        {
            moved(*got);
            total += *got;
        }
        // With bytes in the pipe EAGAIN may mean that it is full, and an error or the end can wait.
        const bool is_done = got ? *got == 0 || total == length : total > 0;
        if (is_done)
            co_return total;
        if (got)
            continue;
        const auto ready = co_await ready_or(got.error(), tcp_socket::wait_read);
        if (!ready)
            co_return ready.error();
    }
}

task<result<void>> stream::empty(io::pipe& from, std::size_t length, more then)
{
    const auto hint = then == more::yes ? io::more_follows::yes : io::more_follows::no;
    while (length > 0)
    {
        if (is_greedy())
            co_await give_way();
        if (expired_)
            co_return errc::request_timeout;
        const auto sent = io::splice_out(from.read_end(), socket_.native_handle(), length, hint);
        if (sent && *sent == 0)
            co_return error_code(EPIPE, boost::system::system_category());
        if (sent)
        {
            moved(*sent);
            length -= *sent;
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
        const auto got = discard_some(socket_.native_handle(), one_call(bytes_max - total));
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
    const auto begun = std::chrono::steady_clock::now();
    if (is_paced_)
        limit_ = paced_limit(begun);
    turn_bytes_ = 0;
    const auto [ec] = co_await socket_.async_wait(what, use_task);
    if (is_paced_)
    {
        waited_ += std::chrono::steady_clock::now() - begun;
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
}

bool stream::is_greedy() const noexcept
{
    return turn_bytes_ >= turn_bytes_max;
}

void stream::cork(more then) noexcept
{
    const bool wanted = then == more::yes;
    if (corked_ != wanted && is_open())
        set_cork(socket_.native_handle(), wanted);
    corked_ = wanted;
}

}  // namespace smol::net
