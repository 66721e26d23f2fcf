#pragma once

// A connection as handlers see it: bytes in, bytes out, and a deadline. Plain TCP today; TLS later goes
// behind the same functions. Lives on one loop; not thread-safe.
//
// After the deadline, or close(), every operation ends with errc::request_timeout or operation_aborted.

#include "common/base/bytes.hpp"
#include "common/io/pipe.hpp"
#include "common/net/loop.hpp"
#include "common/net/task.hpp"

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstdint>
#include <string>

namespace smol::net {

using tcp_socket = asio::basic_stream_socket<asio::ip::tcp, executor>;

// Whether more bytes follow at once, so that the kernel may wait for them (MSG_MORE).
enum class more
{
    no,
    yes,
};

class stream
{
public:
    // Makes the socket non-blocking and sets TCP_NODELAY.
    stream(loop& home, tcp_socket socket);
    ~stream();
    stream(const stream&) = delete;

    loop& home() noexcept { return home_; }

    // At least one byte, or 0 at the end. Tries before it waits.
    task<result<std::size_t>> read_some(std::span<std::byte> into);
    task<result<void>> write_all(byte_view bytes, more then = more::no);
    task<result<void>> send_file(
        int file, std::uint64_t offset, std::uint64_t length, more then = more::no);
    // Into an empty pipe: at least one byte and at most `length`, or 0 at the end.
    task<result<std::size_t>> fill(io::pipe& to, std::size_t length);
    // All `length` bytes that are in the pipe.
    task<result<void>> empty(io::pipe& from, std::size_t length);
    // Until there is something to read, or the end. Holds no buffer.
    task<result<void>> wait_readable();

    // True if the peer has closed or sent something we did not ask for. Does not wait.
    bool is_stale() noexcept;

    void expires_at(std::chrono::steady_clock::time_point limit) noexcept { limit_ = limit; }
    void expires_after(std::chrono::milliseconds span) noexcept;
    void never_expires() noexcept;

    void shutdown_send() noexcept;
    void close() noexcept;
    bool is_open() const noexcept { return socket_.is_open(); }

    asio::ip::tcp::endpoint peer() const noexcept { return peer_; }
    bool is_from_loopback() const noexcept { return peer_.address().is_loopback(); }

private:
    friend class loop;
    void expire() noexcept;  // the sweep found the deadline passed
    error_code why(error_code ec) const noexcept;

    loop& home_;
    tcp_socket socket_;
    asio::ip::tcp::endpoint peer_;
    std::chrono::steady_clock::time_point limit_;
    bool expired_ = false;
    std::size_t place_ = 0;  // in the loop's list
};

}  // namespace smol::net
