#pragma once

// Requests to other processes, over connections that are kept between them.

#include "common/http/message.hpp"
#include "common/net/body.hpp"
#include "common/net/loop.hpp"
#include "common/net/stream.hpp"
#include "common/net/task.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace smol::net {

struct client_timeouts
{
    std::chrono::milliseconds connect{2'000};
    std::chrono::milliseconds answer{30'000};  // from the end of the request to the response's head
    std::chrono::milliseconds transfer_idle{30'000};  // without a byte moved, either way
};

// One request to one peer. Not thread-safe; lives on the loop that made it. Destroying it early
// drops the connection; after a response read to its end the connection goes back to the loop's
// store.
class client_exchange
{
public:
    // `address`: "host:port". Takes an idle connection that is still good, or connects.
    // peer_unreachable with the system's reason in the log.
    static task<result<client_exchange>> open(
        loop& home, std::string address, client_timeouts timeouts = {});

    client_exchange(client_exchange&&) noexcept;
    client_exchange& operator=(client_exchange&&) noexcept;
    ~client_exchange();

    // Adds Host. With framing::chunked the sends below frame what they send. The head goes out with
    // the first of the body, or with finish() or receive(); at once if it expects "100 Continue".
    task<result<void>> send_head(http::request_head head);
    // `then`: whether the rest of a body of known length follows at once; a hint.
    task<result<void>> send(byte_view bytes, more then = more::no);
    task<result<void>> send(piece one, more then = more::no);  // empties the pipe of a pipe piece
    task<result<void>> send_file(
        int file, std::uint64_t offset, std::uint64_t length, more then = more::no);
    task<result<void>> finish();  // the last chunk, where there is one

    // The sends fail with peer_unreachable. A peer that refuses early may close while it is still
    // being sent to: receive() may give its answer even after a send has failed.

    // True once the peer has begun to answer: a peer that answers before the body is sent refuses.
    bool has_answer() noexcept;

    // The response's head; 1xx are passed over, but for 101. peer_unreachable: none came, or not in
    // time; malformed_request, headers_too_large, too_many_headers: not HTTP as we know it.
    task<result<http::response_head>> receive();

    // Its body, after receive(). next() as for any source; receive_text reads all, body_too_large
    // over `bytes_max`.
    body_source& body();
    task<result<std::string>> receive_text(std::size_t bytes_max);

    // The bare connection (after 101), with what was read beyond the head.
    stream& connection();
    std::string take_buffered();

private:
    friend class call_attempt;
    struct state;
    explicit client_exchange(std::unique_ptr<state> all);
    static task<result<client_exchange>> open_new(
        loop& home, std::string address, client_timeouts timeouts);
    task<result<void>> send_joined(byte_view bytes, more then);
    // A kept connection that had been closed by the peer: nothing was answered, a new one may work.
    bool was_stale() const noexcept;
    std::unique_ptr<state> state_;
};

struct reply
{
    http::response_head head;
    std::string body;
};

inline constexpr std::size_t reply_bytes_max = 16 * MiB;

// One small request and its small response; tried once more on a new connection if a kept one turns
// out dead before any byte of an answer, so only for idempotent calls.
// `body` goes with Content-Length, or without if it is empty and the method is GET, HEAD or DELETE.
// peer_unreachable, body_too_large, or the framing errors of http. A status is not an error.
task<result<reply>> call(loop& home,
    std::string address,
    http::request_head head,
    std::string body,
    client_timeouts timeouts = {});

// Idle connections of one loop, by address. At most 64 an address, dropped after 30 s.
class connection_store
{
public:
    // One that is still good, or null.
    std::unique_ptr<stream> take(const std::string& address);
    void give_back(const std::string& address, std::unique_ptr<stream> idle);
    void drop_old(std::chrono::steady_clock::time_point now);
    void close();  // drops all, and takes none back

private:
    struct entry
    {
        std::unique_ptr<stream> connection;
        std::chrono::steady_clock::time_point since;
    };
    std::map<std::string, std::vector<entry>> idle_;
    bool closed_ = false;
};

}  // namespace smol::net
