#include "common/net/socket_calls.hpp"

#include "common/io/last_error.hpp"

#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace smol::net {

using io::last_error;

std::size_t within_one_call(std::uint64_t length) noexcept
{
    return static_cast<std::size_t>(std::min<std::uint64_t>(length, 1 * MiB));
}

error_code not_now() noexcept
{
    return make_error_code(boost::system::errc::resource_unavailable_try_again);
}

bool is_not_now(const error_code& ec) noexcept
{
    return ec == boost::system::errc::resource_unavailable_try_again ||
           ec == boost::system::errc::operation_would_block;
}

result<std::size_t> receive_some(int socket, std::span<std::byte> into) noexcept
{
    for (;;)
    {
        const auto got = ::recv(socket, into.data(), into.size(), MSG_DONTWAIT);
        if (got >= 0)
            return static_cast<std::size_t>(got);
        if (errno != EINTR)
            return last_error();
    }
}

result<std::size_t> send_some(int socket, byte_view bytes, int flags) noexcept
{
    for (;;)
    {
        const auto sent =
            ::send(socket, bytes.data(), bytes.size(), flags | MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent >= 0)
            return static_cast<std::size_t>(sent);
        if (errno != EINTR)
            return last_error();
    }
}

result<std::size_t> discard_some(int socket, std::size_t length) noexcept
{
    for (;;)
    {
        // Not recv(3): sanitizers take it for a write to the buffer, which there is none of.
        const auto got = ::syscall(
            SYS_recvfrom, socket, nullptr, length, MSG_TRUNC | MSG_DONTWAIT, nullptr, nullptr);
        if (got >= 0)
            return static_cast<std::size_t>(got);
        if (errno != EINTR)
            return last_error();
    }
}

bool is_readable(int socket) noexcept
{
    char byte = 0;
    const auto got = ::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

result<void> start_connect(int socket, const sockaddr* to, socklen_t size) noexcept
{
    if (::connect(socket, to, size) != 0)
        return last_error();
    return {};
}

result<void> pending_error(int socket) noexcept
{
    int pending = 0;
    socklen_t size = sizeof pending;
    if (::getsockopt(socket, SOL_SOCKET, SO_ERROR, &pending, &size) != 0)
        return last_error();
    if (pending != 0)
        return error_code(pending, boost::system::system_category());
    return {};
}

void set_cork(int socket, bool on) noexcept
{
    const int value = on ? 1 : 0;
    ::setsockopt(socket, IPPROTO_TCP, TCP_CORK, &value, sizeof value);
}

void bound_unsent(int socket, int bytes) noexcept
{
    ::setsockopt(socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &bytes, sizeof bytes);
}

std::uint64_t unacknowledged(int socket) noexcept
{
    int bytes = 0;
    if (::ioctl(socket, SIOCOUTQ, &bytes) != 0 || bytes < 0)
        return 0;
    return static_cast<std::uint64_t>(bytes);
}

void reset_at_close(int socket) noexcept
{
    const linger at_once{1, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

result<int> accept_one(int listener) noexcept
{
    for (;;)
    {
        const int fd = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0)
            return fd;
        if (errno != EINTR && errno != ECONNABORTED)
            return last_error();
    }
}

}  // namespace smol::net
