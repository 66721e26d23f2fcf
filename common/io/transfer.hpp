#pragma once

// Moving bytes between descriptors without a copy in user space: one system call a function, EINTR
// retried. error: the errno of the call; EAGAIN means "not now".

#include "common/base/bytes.hpp"
#include "common/base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace smol::io {

// splice(2) from a non-blocking socket into a pipe. 0: the peer has finished sending.
// EAGAIN is ambiguous (socket empty or pipe full): the caller knows what is in the pipe.
result<std::size_t> splice_in(int socket, int pipe_write_end, std::size_t length) noexcept;

// Whether the kernel may hold back a last small segment because more is sent at once.
enum class more_follows
{
    no,
    yes,
};

// splice(2) from a pipe into a non-blocking socket.
result<std::size_t> splice_out(int pipe_read_end,
    int socket,
    std::size_t length,
    more_follows then = more_follows::no) noexcept;

// splice(2) from a pipe into a file at `offset`, until all `length` bytes are there. Blocks on the
// disk.
result<void> splice_to_file(
    int pipe_read_end, int file, std::uint64_t offset, std::size_t length) noexcept;

// One sendfile(2). 0: the file ended early.
result<std::size_t> sendfile_some(
    int socket, int file, std::uint64_t offset, std::size_t length) noexcept;

// pwrite(2) until everything is written. Blocks on the disk.
result<void> write_all_at(int file, byte_view bytes, std::uint64_t offset) noexcept;

// pread(2) of as much as the file has, up to the size of `into`. Blocks on the disk.
result<std::size_t> read_at(int file, std::span<std::byte> into, std::uint64_t offset) noexcept;

// Whether that range can, by the look of its first and its last byte, be read without waiting for
// the disk (preadv2(2), RWF_NOWAIT). True as well where the file system cannot tell.
bool is_cached(int file, std::uint64_t offset, std::uint64_t length) noexcept;

// read(2) of bytes that are known to be in the pipe, all of `into`.
result<void> read_pipe(int pipe_read_end, std::span<std::byte> into) noexcept;

// One write(2) into a non-blocking pipe: how much there was room for.
result<std::size_t> write_pipe(int pipe_write_end, byte_view bytes) noexcept;

}  // namespace smol::io
