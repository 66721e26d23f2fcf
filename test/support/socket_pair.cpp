#include "test/support/socket_pair.hpp"

#include "common/io/unique_fd.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <stdexcept>

namespace smol::test {

namespace {

std::unique_ptr<net::stream> adopt(net::loop& home, int fd)
{
    net::tcp_socket socket(home.get_executor(), asio::ip::tcp::v4(), fd);
    return std::make_unique<net::stream>(home, std::move(socket));
}

void check(bool holds, const char* what)
{
    if (!holds)
        throw std::runtime_error(what);
}

}  // namespace

socket_pair make_socket_pair(net::loop& home)
{
    const io::unique_fd door(::socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    auto* name = reinterpret_cast<sockaddr*>(&at);
    check(::bind(door.get(), name, size) == 0, "bind");
    check(::listen(door.get(), 1) == 0, "listen");
    check(::getsockname(door.get(), name, &size) == 0, "getsockname");
    io::unique_fd near(::socket(AF_INET, SOCK_STREAM, 0));
    check(::connect(near.get(), name, size) == 0, "connect");
    io::unique_fd far(::accept(door.get(), nullptr, nullptr));
    check(static_cast<bool>(far), "accept");
    return {adopt(home, near.release()), adopt(home, far.release())};
}

}  // namespace smol::test
