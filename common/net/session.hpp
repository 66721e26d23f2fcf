#pragma once

// One accepted connection, from its first byte to its last: reads heads, runs exchanges one after
// the other, drains and closes. Lives on one loop. Idle it holds no buffer. Private to this room.

#include "common/net/exchange.hpp"
#include "common/net/read_buffer.hpp"
#include "common/net/server.hpp"
#include "common/net/stream.hpp"

#include <atomic>
#include <chrono>
#include <string>
#include <vector>

namespace smol::net {

class server_exchange;

// What the sessions of one server share.
struct session_context
{
    service& answers;
    const server_options options;
    std::atomic<bool> is_stopping{false};

    pace body_pace() const noexcept;
};

class session;

// The sessions of one loop; used from its thread only.
class session_list
{
public:
    void add(session& one);
    void remove(session& one);
    void close_idle();
    void close_all();
    // Closes the one that has waited longest for a whole head, if it has done so for `patience`.
    void close_longest_waiting(std::chrono::milliseconds patience);

private:
    std::vector<session*> all_;
};

class session
{
public:
    session(session_context& of, session_list& list, loop& home, tcp_socket socket);
    session(const session&) = delete;
    ~session();

    // Until the connection has ended.
    task<void> run();

    session_context& context() noexcept { return context_; }
    stream& connection() noexcept { return connection_; }
    read_buffer& buffered() noexcept { return buffered_; }

private:
    friend class session_list;

    enum class after
    {
        keep,
        linger,        // the client is still sending: drain, then close
        linger_short,  // it has sent all, or waits for "100 Continue" for ever
        close,
    };

    task<bool> wait_for_request();
    task<result<std::size_t>> read_head();
    task<after> serve_one();
    task<after> refuse_head(error_code reason);
    task<after> serve_head(std::string head);
    task<void> serve_safely(exchange& one);
    task<after> conclude(server_exchange& one);
    task<void> linger(after how);

    session_context& context_;
    session_list& list_;
    stream connection_;
    read_buffer buffered_;
    std::size_t place_ = 0;  // in the list
    bool is_idle_ = false;
    // For a whole head; max: it has one.
    std::chrono::steady_clock::time_point waits_since_ =
        std::chrono::steady_clock::time_point::max();
};

}  // namespace smol::net
