#pragma once

// A connection as handlers see it: bytes in, bytes out, and a deadline. Plain TCP today; TLS later
// goes behind the same functions. Lives on one loop; not thread-safe; one operation at a time.
//
// Past its deadline every operation ends with errc::request_timeout until a new deadline is set;
// after close() with operation_aborted. Other errors are the system's.

#include "common/base/bytes.hpp"
#include "common/io/pipe.hpp"
#include "common/io/unique_fd.hpp"
#include "common/net/file_source.hpp"
#include "common/net/loop.hpp"
#include "common/net/task.hpp"

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

namespace smol::net {

using tcp_socket = asio::basic_stream_socket<asio::ip::tcp, executor>;

// Whether more bytes follow at once, so that the kernel may wait for them (MSG_MORE).
enum class more
{
    no,
    yes,
};

// How fast a peer must be: never `idle` without a byte, and after `grace` on average so many bytes
// a second (0: any). Only time spent waiting for the peer counts, so a slow disk here harms nobody.
// Of what we send, those bytes count that have arrived at the peer.
struct pace
{
    std::chrono::milliseconds idle{30'000};
    std::chrono::milliseconds grace{10'000};
    std::uint64_t bytes_per_second_min = 0;
};

class stream
{
public:
    // Makes the socket non-blocking and sets TCP_NODELAY. It may be open and not connected yet.
    stream(loop& home, tcp_socket socket);
    // Of a connection that was accepted.
    stream(loop& home, io::unique_fd accepted, const asio::ip::tcp& protocol);
    ~stream();
    stream(const stream&) = delete;

    loop& home() noexcept { return home_; }

    task<result<void>> connect(asio::ip::tcp::endpoint to);

    // At least one byte, or 0 at the end. Tries before it waits.
    task<result<std::size_t>> read_some(std::span<std::byte> into);
    task<result<void>> write_all(byte_view bytes, more then = more::no);
    // The same as far as it goes without waiting; EAGAIN if it does not, or if others have waited
    // long enough: then await the one above.
    result<std::size_t> read_now(std::span<std::byte> into) noexcept;
    result<std::size_t> write_now(byte_view bytes, more then = more::no) noexcept;
    // EAGAIN as well if the disk would have to be waited for. blob_damaged: the file is shorter.
    result<std::size_t> send_file_now(
        file_source& from, std::uint64_t offset, std::uint64_t length) noexcept;
    // blob_damaged: the file is shorter than that.
    task<result<void>> send_file(
        int file, std::uint64_t offset, std::uint64_t length, more then = more::no);
    // The same of a file that may have left the page cache: waiting for its disk keeps nobody else
    // waiting.
    task<result<void>> send_file(
        file_source& from, std::uint64_t offset, std::uint64_t length, more then = more::no);
    // Into an empty pipe: at least one byte and at most `length`, or 0 at the end.
    task<result<std::size_t>> fill(io::pipe& to, std::size_t length);
    // All `length` bytes that are in the pipe.
    task<result<void>> empty(io::pipe& from, std::size_t length, more then = more::no);
    // Until there is something to read, or the end. Holds no buffer.
    task<result<void>> wait_readable();
    // The same without a coroutine, for who has nothing put back and keeps no pace: `then` is
    // called with an error_code, later, and asks has_waited what it means.
    template <typename Handler>
    void when_readable(Handler then)
    {
        begin_to_wait();
        socket_.async_wait(tcp_socket::wait_read, std::move(then));
    }
    result<void> has_waited(const error_code& outcome) const noexcept;
    // Reads and throws away, without a copy, until the end or `bytes_max`: how many.
    task<result<std::uint64_t>> discard(std::uint64_t bytes_max);

    // Bytes that were read too early: the next reads give them again. Only when there are none
    // such.
    void put_back(std::string bytes);

    // True if the peer has closed or sent something we have not read. Does not wait.
    bool is_stale() noexcept;

    void expires_at(std::chrono::steady_clock::time_point limit) noexcept;
    void expires_after(std::chrono::milliseconds span) noexcept;
    void never_expires() noexcept;
    // From now on the deadline follows what moves.
    void keeps(const pace& agreed) noexcept;

    void shutdown_send() noexcept;
    void close() noexcept;
    bool is_open() const noexcept { return socket_.is_open(); }

    // The other end and ours; unspecified once the connection is gone.
    asio::ip::tcp::endpoint peer() const noexcept;
    asio::ip::tcp::endpoint local() const noexcept;
    bool is_from_loopback() const noexcept;

private:
    friend class loop;
    using time_point = std::chrono::steady_clock::time_point;

    void expire() noexcept;  // the sweep found the deadline passed
    void begin_to_wait() noexcept;
    error_code why(error_code ec) const noexcept;
    time_point paced_limit(time_point now) const noexcept;
    void count_wait(time_point now) noexcept;
    void count_delivered() noexcept;
    bool keeps_pace(time_point now) noexcept;
    void leave_nothing() noexcept;
    void moved(std::size_t bytes) noexcept;
    bool is_greedy() const noexcept;
    task<void> give_way();
    task<result<void>> wait(tcp_socket::wait_type what);
    task<result<void>> ready_or(error_code failure, tcp_socket::wait_type what);
    std::size_t take_put_back(std::span<std::byte> into) noexcept;
    void cork(more then) noexcept;
    result<std::size_t> send_some_of(int file, std::uint64_t offset, std::size_t length) noexcept;
    task<result<void>> send_range(
        int file, file_source* cold, std::uint64_t offset, std::uint64_t length, more then);

    loop& home_;
    tcp_socket socket_;
    time_point limit_ = time_point::max();
    std::size_t place_ = 0;  // in the loop's list
    std::string put_back_;
    std::uint64_t turn_bytes_ = 0;  // moved since this coroutine last waited
    std::uint64_t paced_bytes_ = 0;
    std::uint64_t delivered_bytes_ = 0;  // of those, in the peer's hands
    time_point wait_begun_;
    std::chrono::steady_clock::duration waited_{0};  // at this pace
    std::chrono::steady_clock::duration idle_{0};    // waited since the last byte moved
    pace pace_;
    bool is_paced_ = false;
    bool is_sending_ = false;  // what the wait is for
    bool expired_ = false;
    bool corked_ = false;
};

}  // namespace smol::net
