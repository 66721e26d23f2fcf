#include "common/io/transfer.hpp"

#include "common/io/last_error.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace smol::io {

namespace {

result<std::size_t> splice_some(
    int from, int to, loff_t* to_offset, std::size_t length, unsigned flags) noexcept
{
    for (;;)
    {
        const auto moved = ::splice(from, nullptr, to, to_offset, length, flags);
        if (moved >= 0)
            return static_cast<std::size_t>(moved);
        if (errno != EINTR)
            return last_error();
    }
}

bool is_byte_cached(int file, std::uint64_t offset) noexcept
{
    char byte = 0;
    const iovec into{&byte, 1};
    return ::preadv2(file, &into, 1, static_cast<off_t>(offset), RWF_NOWAIT) >= 0 ||
           errno != EAGAIN;
}

}  // namespace

result<std::size_t> splice_in(int socket, int pipe_write_end, std::size_t length) noexcept
{
    return splice_some(socket, pipe_write_end, nullptr, length, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
}

result<std::size_t> splice_out(
    int pipe_read_end, int socket, std::size_t length, more_follows then) noexcept
{
    const unsigned flags = SPLICE_F_MOVE | SPLICE_F_NONBLOCK;
    const unsigned wait = then == more_follows::yes ? SPLICE_F_MORE : 0U;
    return splice_some(pipe_read_end, socket, nullptr, length, flags | wait);
}

result<void> splice_to_file(
    int pipe_read_end, int file, std::uint64_t offset, std::size_t length) noexcept
{
    auto position = static_cast<loff_t>(offset);
    while (length > 0)
    {
        const auto moved = splice_some(pipe_read_end, file, &position, length, SPLICE_F_MOVE);
        if (!moved)
            return moved.error();
        if (*moved == 0)  // nobody holds the write end any more
            return error_code(EPIPE, boost::system::system_category());
        length -= *moved;
    }
    return {};
}

result<std::size_t> sendfile_some(
    int socket, int file, std::uint64_t offset, std::size_t length) noexcept
{
    auto position = static_cast<off_t>(offset);
    for (;;)
    {
        const auto moved = ::sendfile(socket, file, &position, length);
        if (moved >= 0)
            return static_cast<std::size_t>(moved);
        if (errno != EINTR)
            return last_error();
    }
}

result<void> write_all_at(int file, byte_view bytes, std::uint64_t offset) noexcept
{
    while (!bytes.empty())
    {
        const auto wrote = ::pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0)
            return last_error();
        bytes = bytes.subspan(static_cast<std::size_t>(wrote));
        offset += static_cast<std::uint64_t>(wrote);
    }
    return {};
}

result<std::size_t> read_at(int file, std::span<std::byte> into, std::uint64_t offset) noexcept
{
    std::size_t done = 0;
    while (done < into.size())
    {
        const auto rest = into.subspan(done);
        const auto from = static_cast<off_t>(offset + done);
        const auto got = ::pread(file, rest.data(), rest.size(), from);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return last_error();
        if (got == 0)
            break;
        done += static_cast<std::size_t>(got);
    }
    return done;
}

bool is_cached(int file, std::uint64_t offset, std::uint64_t length) noexcept
{
    return is_byte_cached(file, offset) &&
           (length <= 1 || is_byte_cached(file, offset + length - 1));
}

result<void> read_pipe(int pipe_read_end, std::span<std::byte> into) noexcept
{
    while (!into.empty())
    {
        const auto got = ::read(pipe_read_end, into.data(), into.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return last_error();
        if (got == 0)
            return error_code(EPIPE, boost::system::system_category());
        into = into.subspan(static_cast<std::size_t>(got));
    }
    return {};
}

result<std::size_t> write_pipe(int pipe_write_end, byte_view bytes) noexcept
{
    for (;;)
    {
        const auto put = ::write(pipe_write_end, bytes.data(), bytes.size());
        if (put >= 0)
            return static_cast<std::size_t>(put);
        if (errno != EINTR)
            return last_error();
    }
}

}  // namespace smol::io
