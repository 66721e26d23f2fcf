#include "bench/limits/transfer_loops.hpp"

#include "bench/limits/loopback.hpp"
#include "common/base/digest.hpp"
#include "common/io/last_error.hpp"
#include "common/io/pipe.hpp"
#include "common/io/transfer.hpp"
#include "common/io/unique_fd.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <thread>
#include <vector>

namespace smol::limits {

namespace {

using std::chrono::nanoseconds;
using std::chrono::steady_clock;

constexpr std::uint64_t peer_chunk_bytes = 1 * MiB;

nanoseconds thread_cpu()
{
    timespec used{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return std::chrono::seconds(used.tv_sec) + nanoseconds(used.tv_nsec);
}

// A file without a name: gone when it is closed.
result<io::unique_fd> new_file(const std::string& directory)
{
    constexpr mode_t owner_only = 0600;
    io::unique_fd made(::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, owner_only));
    if (!made)
        return io::last_error();
    return made;
}

// Best effort: a core that is not there leaves the thread where it is.
void move_to_core(int core)
{
    cpu_set_t only;
    CPU_ZERO(&only);
    if (core < 0 || core >= CPU_SETSIZE)
        return;
    CPU_SET(static_cast<std::size_t>(core), &only);
    ::sched_setaffinity(0, sizeof only, &only);
}

// The peer of a sender: the kernel drops what comes (MSG_TRUNC, tcp(7)).
void drain(int socket, std::uint64_t bytes)
{
    while (bytes > 0)
    {
        const auto got = ::recv(socket, nullptr, std::min(bytes, peer_chunk_bytes), MSG_TRUNC);
        if (got <= 0)
            return;
        bytes -= static_cast<std::uint64_t>(got);
    }
}

// The peer of a receiver.
void feed(int socket, std::uint64_t bytes)
{
    const std::vector<std::byte> chunk(peer_chunk_bytes, std::byte{'s'});
    while (bytes > 0)
    {
        const auto sent =
            ::send(socket, chunk.data(), std::min(bytes, peer_chunk_bytes), MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        bytes -= static_cast<std::uint64_t>(sent);
    }
}

result<void> send_file(int socket, int file, const transfer_plan& plan)
{
    for (std::uint64_t offset = 0; offset < plan.bytes;)
    {
        const auto moved = io::sendfile_some(
            socket, file, offset, std::min(plan.chunk_bytes, plan.bytes - offset));
        if (!moved)
            return moved.error();
        offset += *moved;
    }
    return {};
}

result<void> receive_by_copy(int socket, int file, const transfer_plan& plan)
{
    std::vector<std::byte> buffer(plan.chunk_bytes);
    xxh3_stream digest;
    for (std::uint64_t offset = 0; offset < plan.bytes;)
    {
        const auto most = std::min(plan.chunk_bytes, plan.bytes - offset);
        const auto got = ::recv(socket, buffer.data(), most, 0);
        if (got <= 0)
            return io::last_error();
        const auto bytes = byte_view(buffer).first(static_cast<std::size_t>(got));
        if (plan.what == loop::copy_xxh3)
            digest.update(bytes);
        if (const auto written = io::write_all_at(file, bytes, offset); !written)
            return written.error();
        offset += bytes.size();
    }
    return {};
}

result<void> receive_by_splice(int socket, int file, const transfer_plan& plan)
{
    const auto pipe = io::pipe::create();
    if (!pipe)
        return pipe.error();
    std::vector<std::byte> buffer(plan.what == loop::splice_xxh3 ? plan.chunk_bytes : 0);
    xxh3_stream digest;
    for (std::uint64_t offset = 0; offset < plan.bytes;)
    {
        const auto most = std::min(plan.chunk_bytes, plan.bytes - offset);
        const auto got = io::splice_in(socket, pipe->write_end(), most);
        if (!got || *got == 0)
            return got ? error_code(errc::body_truncated) : got.error();
        if (const auto moved = io::splice_to_file(pipe->read_end(), file, offset, *got); !moved)
            return moved.error();
        if (plan.what == loop::splice_xxh3)
        {
            const auto read = io::read_at(file, std::span(buffer).first(*got), offset);
            if (!read)
                return read.error();
            digest.update(byte_view(buffer).first(*read));
        }
        offset += *got;
    }
    return {};
}

result<void> move_one(int socket, int file, const transfer_plan& plan)
{
    switch (plan.what)
    {
    case loop::sendfile:
        return send_file(socket, file, plan);
    case loop::splice:
    case loop::splice_xxh3:
        return receive_by_splice(socket, file, plan);
    case loop::copy:
    case loop::copy_xxh3:
        break;
    }
    return receive_by_copy(socket, file, plan);
}

// The file that is sent: in the page cache.
result<io::unique_fd> filled_file(const transfer_plan& plan)
{
    auto made = new_file(plan.directory);
    if (!made)
        return made;
    const std::vector<std::byte> chunk(plan.chunk_bytes, std::byte{'s'});
    for (std::uint64_t offset = 0; offset < plan.bytes; offset += plan.chunk_bytes)
    {
        const auto part = byte_view(chunk).first(std::min(plan.chunk_bytes, plan.bytes - offset));
        if (const auto written = io::write_all_at(made->get(), part, offset); !written)
            return written.error();
    }
    return made;
}

}  // namespace

result<transfer_cost> run_transfers(const transfer_plan& plan)
{
    const auto is_sender = plan.what == loop::sendfile;
    auto pair = connect_loopback();
    if (!pair)
        return pair.error();
    result<io::unique_fd> file = is_sender ? filled_file(plan) : io::unique_fd();
    transfer_cost made;
    for (std::uint64_t i = 0; i < plan.count; ++i)
    {
        if (!is_sender)
            file = new_file(plan.directory);
        if (!file)
            return file.error();
        const std::jthread peer([&] {
            move_to_core(plan.peer_core);
            (is_sender ? drain : feed)(pair->client.get(), plan.bytes);
        });
        const auto began = steady_clock::now();
        const auto cpu = thread_cpu();
        const auto moved = move_one(pair->server.get(), file->get(), plan);
        made.cpu += thread_cpu() - cpu;
        made.wall += steady_clock::now() - began;
        if (!moved)
        {
            ::shutdown(pair->server.get(), SHUT_RDWR);
            return moved.error();
        }
        made.bytes += plan.bytes;
    }
    return made;
}

}  // namespace smol::limits
