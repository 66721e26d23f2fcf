#pragma once

// One accepted connection, from its first byte to its last: reads heads, runs exchanges one after
// the other, drains and closes. Lives on one loop. Idle it holds no buffer. Private to this room.

#include "common/io/unique_fd.hpp"
#include "common/net/exchange.hpp"
#include "common/net/server.hpp"
#include "common/net/stream.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <vector>

namespace smol::net {

class server_exchange;
struct desk;

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
    session(const session&) = delete;
    ~session();

    // One session, until its connection has ended. All that it has while idle is in this one frame.
    static task<void> run(session_context& of,
        session_list& list,
        loop& home,
        io::unique_fd accepted,
        asio::ip::tcp protocol);

    session_context& context() noexcept { return context_; }
    stream& connection() noexcept { return connection_; }

private:
    friend class session_list;

    session(session_context& of, session_list& list, loop& home, tcp_socket socket);

    enum class after
    {
        keep,
        linger,        // the client is still sending: drain, then close
        linger_short,  // it has sent all, or waits for "100 Continue" for ever
        close,
        more,  // it is not served yet
    };

    bool has_read_ahead() const noexcept;
    void begin_to_wait() noexcept;
    void give_desk_back() noexcept;
    bool find_head();
    bool read_head_now();
    result<void> open_exchange();
    after serve_now();
    bool answer_now(server_exchange& one);

    task<result<void>> read_head();
    task<after> serve_one();
    task<after> refuse_head(error_code reason);
    task<void> serve_safely(exchange& one);
    task<after> conclude(server_exchange& one);
    task<void> linger(after how);

    session_context& context_;
    session_list& list_;
    stream connection_;
    std::unique_ptr<desk> desk_;  // none while it is idle
    std::size_t head_bytes_ = 0;  // of the request that is read and not opened
    error_code refusal_;          // of a head that is no request, or of the connection
    std::size_t place_ = 0;       // in the list
    bool is_idle_ = false;
    // For a whole head; max: it has one.
    std::chrono::steady_clock::time_point waits_since_ =
        std::chrono::steady_clock::time_point::max();
};

}  // namespace smol::net
