#include "bench/limits/loopback.hpp"

#include "common/io/last_error.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace smol::limits {

namespace {

constexpr int backlog = 4096;

sockaddr_in local(std::uint16_t port)
{
    sockaddr_in made{};
    made.sin_family = AF_INET;
    made.sin_port = htons(port);
    made.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return made;
}

}  // namespace

result<io::unique_fd> listen_on(std::uint16_t port)
{
    io::unique_fd made(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int on = 1;
    const auto where = local(port);
    if (!made || ::setsockopt(made.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        ::bind(made.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0 ||
        ::listen(made.get(), backlog) != 0)
        return io::last_error();
    return made;
}

result<std::uint16_t> port_of(int socket)
{
    sockaddr_in found{};
    socklen_t bytes = sizeof found;
    if (::getsockname(socket, reinterpret_cast<sockaddr*>(&found), &bytes) != 0)
        return io::last_error();
    return ntohs(found.sin_port);
}

result<loopback> connect_loopback()
{
    const auto listener = listen_on(0);
    if (!listener)
        return listener.error();
    const auto port = port_of(listener->get());
    if (!port)
        return port.error();
    loopback made;
    made.client = io::unique_fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto where = local(*port);
    if (!made.client ||
        ::connect(made.client.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0)
        return io::last_error();
    made.server = io::unique_fd(::accept4(listener->get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!made.server)
        return io::last_error();
    return made;
}

}  // namespace smol::limits
