#include "common/io/transfer.hpp"
#include "common/net/socket_calls.hpp"
#include "common/net/stream.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace smol::net {

namespace {

// Asked by who sends that range at once if it is so.
bool is_in_memory(file_source& from, std::uint64_t offset, std::uint64_t length) noexcept
{
    const auto now = std::chrono::steady_clock::now();
    const auto end = offset + length;
    const bool is_it =
        from.beginning().reaches(end, now) || io::is_cached(from.descriptor(), offset, length);
    if (is_it && offset == 0)
        from.beginning().saw(end, now);
    return is_it;
}

}  // namespace

result<std::size_t> stream::send_some_of(
    int file, std::uint64_t offset, std::size_t length) noexcept
{
    if (expired_)
        return errc::request_timeout;
    const auto sent = io::sendfile_some(socket_.native_handle(), file, offset, length);
    if (sent && *sent == 0)
        return errc::blob_damaged;
    if (sent)
        moved(*sent);
    return sent;
}

result<std::size_t> stream::send_file_now(
    file_source& from, std::uint64_t offset, std::uint64_t length) noexcept
{
    const auto step = within_one_call(length);
    if (is_greedy() || !is_in_memory(from, offset, step))
        return not_now();
    return send_some_of(from.descriptor(), offset, step);
}

task<result<void>> stream::send_file(
    int file, std::uint64_t offset, std::uint64_t length, more then)
{
    return send_range(file, nullptr, offset, length, then);
}

task<result<void>> stream::send_file(
    file_source& from, std::uint64_t offset, std::uint64_t length, more then)
{
    return send_range(from.descriptor(), &from, offset, length, then);
}

// `cold`: who fetches what is not in the page cache; null: all of it surely is.
task<result<void>> stream::send_range(
    int file, file_source* cold, std::uint64_t offset, std::uint64_t length, more then)
{
    auto looked_until = offset;
    if (then == more::yes)
        cork(then);
    while (length > 0)
    {
        if (is_greedy())
            co_await give_way();
        const auto step = within_one_call(length);
        const bool is_new = cold != nullptr && offset >= looked_until;
        looked_until = is_new ? offset + step : looked_until;
        if (is_new && !is_in_memory(*cold, offset, step))
        {
            const auto fetched = co_await cold->fetch(offset, step);
            if (!fetched)
                co_return fetched;
        }
        const auto sent = send_some_of(file, offset, step);
        if (sent)
        {
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

void stream::cork(more then) noexcept
{
    const bool wanted = then == more::yes;
    if (corked_ != wanted && is_open())
        set_cork(socket_.native_handle(), wanted);
    corked_ = wanted;
}

}  // namespace smol::net
