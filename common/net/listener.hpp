#pragma once

// Listening sockets, and accepting that survives running out of descriptors. Private to this room.

#include "common/base/result.hpp"
#include "common/io/unique_fd.hpp"
#include "common/net/loop.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace smol::net {

using tcp_acceptor = asio::basic_socket_acceptor<asio::ip::tcp, executor>;

// Bound and listening, all on the same port. `addresses`: host names or addresses, comma-separated;
// "localhost" is 127.0.0.1 and, where there is one, ::1. Throws std::runtime_error with a sentence.
std::vector<tcp_acceptor> listen_on(loop& home, const std::string& addresses, std::uint16_t port);

// A descriptor kept for the day when there is none left: without it a connection that cannot be
// accepted would wait for ever, and keep the listener ready for ever.
class reserve_fd
{
public:
    reserve_fd();
    // Accepts and closes what waits at `listener`; logs at most once a second.
    void shed(int listener, const error_code& why);

private:
    void refill() noexcept;

    io::unique_fd spare_;
    std::chrono::steady_clock::time_point logged_;
};

// True for want of descriptors or memory: it passes.
bool is_exhaustion(const error_code& ec) noexcept;

}  // namespace smol::net
