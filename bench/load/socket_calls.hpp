#pragma once

// Single system calls on sockets of a client. Errors: those of the call; would_block if it would.

#include "common/base/bytes.hpp"
#include "common/base/result.hpp"
#include "common/io/unique_fd.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <cstdint>
#include <span>
#include <string_view>

namespace smol::load {

struct address
{
    sockaddr_storage storage{};
    socklen_t bytes = 0;
};

// The first address of a name or number, by getaddrinfo(3): blocks.
result<address> resolve(std::string_view host, std::uint16_t port);

// A socket that does not block, without Nagle's delay, on its way to `to`.
result<io::unique_fd> begin_connect(const address& to);

// What became of begin_connect, once the socket is writable.
error_code connect_error(int socket) noexcept;

// Bytes received; 0: the peer has finished.
result<std::size_t> receive_some(int socket, std::span<std::byte> to) noexcept;

// The same, but the kernel drops the bytes (MSG_TRUNC, tcp(7)).
result<std::size_t> discard_some(int socket, std::uint64_t most) noexcept;

result<std::size_t> send_some(int socket, std::span<const iovec> pieces) noexcept;

bool would_block(const error_code& why) noexcept;

}  // namespace smol::load
