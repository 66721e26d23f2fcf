#pragma once

// System calls on a non-blocking socket, one a function, EINTR retried; EAGAIN means "not now".
// Private to this room.

#include "common/base/bytes.hpp"
#include "common/base/result.hpp"

#include <sys/socket.h>

#include <cstddef>
#include <span>

namespace smol::net {

// As much of `length` as one system call should move: 1 MiB.
std::size_t within_one_call(std::uint64_t length) noexcept;

error_code not_now() noexcept;  // EAGAIN
bool is_not_now(const error_code& ec) noexcept;

result<std::size_t> receive_some(int socket, std::span<std::byte> into) noexcept;
result<std::size_t> send_some(int socket, byte_view bytes, int flags) noexcept;

// Throws away up to `length` bytes that have arrived; 0 at the end. tcp(7): MSG_TRUNC.
result<std::size_t> discard_some(int socket, std::size_t length) noexcept;

// True if there is something to read, the end, or an error.
bool is_readable(int socket) noexcept;

// EINPROGRESS is an error here: wait until it is writable, then ask pending_error.
result<void> start_connect(int socket, const sockaddr* to, socklen_t size) noexcept;
result<void> pending_error(int socket) noexcept;

void set_cork(int socket, bool on) noexcept;

// How much the kernel may hold of what is not on its way yet. Without a bound it is as much as the
// send buffer grows to: 4 MiB for each peer that does not read.
void bound_unsent(int socket, int bytes) noexcept;

// Bytes that were handed to the kernel and that the peer has not acknowledged. tcp(7): SIOCOUTQ.
std::uint64_t unacknowledged(int socket) noexcept;

// Closing will throw away what was not sent and reset the connection, so that the kernel keeps
// nothing for a peer that does not read.
void reset_at_close(int socket) noexcept;

// A connection that waits at a listening socket, non-blocking.
result<int> accept_one(int listener) noexcept;

}  // namespace smol::net
