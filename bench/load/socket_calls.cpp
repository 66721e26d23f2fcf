#include "bench/load/socket_calls.hpp"

#include "common/io/last_error.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <cstring>
#include <memory>
#include <string>

namespace smol::load {

result<address> resolve(std::string_view host, std::uint16_t port)
{
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const std::string name(host);
    if (::getaddrinfo(name.c_str(), std::to_string(port).c_str(), &hints, &found) != 0)
        return error_code(EHOSTUNREACH, boost::system::system_category());
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
    address made;
    std::memcpy(&made.storage, found->ai_addr, found->ai_addrlen);
    made.bytes = found->ai_addrlen;
    return made;
}

result<io::unique_fd> begin_connect(const address& to)
{
    io::unique_fd made(
        ::socket(to.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!made)
        return io::last_error();
    const int on = 1;
    if (::setsockopt(made.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0)
        return io::last_error();
    const auto* where = reinterpret_cast<const sockaddr*>(&to.storage);
    if (::connect(made.get(), where, to.bytes) != 0 && errno != EINPROGRESS)
        return io::last_error();
    return made;
}

error_code connect_error(int socket) noexcept
{
    int found = 0;
    socklen_t bytes = sizeof found;
    if (::getsockopt(socket, SOL_SOCKET, SO_ERROR, &found, &bytes) != 0)
        return io::last_error();
    return {found, boost::system::system_category()};
}

result<std::size_t> receive_some(int socket, std::span<std::byte> to) noexcept
{
    for (;;)
    {
        const auto got = ::recv(socket, to.data(), to.size(), 0);
        if (got >= 0)
            return static_cast<std::size_t>(got);
        if (errno != EINTR)
            return io::last_error();
    }
}

result<std::size_t> discard_some(int socket, std::uint64_t most) noexcept
{
    for (;;)
    {
        const auto got = ::recv(socket, nullptr, most, MSG_TRUNC);
        if (got >= 0)
            return static_cast<std::size_t>(got);
        if (errno != EINTR)
            return io::last_error();
    }
}

result<std::size_t> send_some(int socket, std::span<const iovec> pieces) noexcept
{
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(pieces.data());  // sendmsg(2) does not write to them
    message.msg_iovlen = pieces.size();
    for (;;)
    {
        const auto sent = ::sendmsg(socket, &message, MSG_NOSIGNAL);
        if (sent >= 0)
            return static_cast<std::size_t>(sent);
        if (errno != EINTR)
            return io::last_error();
    }
}

bool would_block(const error_code& why) noexcept
{
    return why == boost::system::errc::resource_unavailable_try_again ||
           why == boost::system::errc::operation_would_block;
}

}  // namespace smol::load
