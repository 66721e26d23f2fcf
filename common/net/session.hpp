#pragma once

// One accepted connection, from its first byte to its last: reads heads, runs exchanges one after
// the other, drains and closes. Lives on one loop. Idle it is this one object, without a buffer and
// without a coroutine; a request that takes waiting gets a coroutine until it is served. Private to
// this room.

#include "common/io/unique_fd.hpp"
#include "common/net/exchange.hpp"
#include "common/net/gate.hpp"
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
    // For begin().
    session(session_context& of,
        session_list& list,
        loop& home,
        gate::pass place,
        io::unique_fd accepted,
        const asio::ip::tcp& protocol);
    session(const session&) = delete;
    ~session();

    // On the loop's thread. It owns itself: whoever is to go on with it has it, the wait for its
    // next request or the coroutine that serves one. `place` is given up when it has ended.
    static void begin(session_context& of,
        session_list& list,
        loop& home,
        gate::pass place,
        io::unique_fd accepted,
        asio::ip::tcp protocol) noexcept;

    session_context& context() noexcept { return context_; }
    stream& connection() noexcept { return connection_; }

private:
    friend class session_list;

    enum class after
    {
        keep,
        linger,        // the client is still sending: drain, then close
        linger_short,  // it has sent all, or waits for "100 Continue" for ever
        close,
        more,  // it is not served yet
    };

    using owner = std::unique_ptr<session>;

    static void go_on(owner self);
    static void wait(owner self);
    static void wake(owner self, const error_code& outcome) noexcept;
    static void serve(owner self);
    static task<void> finish(owner self, after how);

    bool has_read_ahead() const noexcept;
    void begin_to_wait() noexcept;
    void give_desk_back() noexcept;
    std::size_t find_head();
    std::size_t read_head_now();
    result<void> open_exchange(std::size_t head_bytes);
    after serve_now();
    bool answer_now(server_exchange& one);
    after after_all(server_exchange& one) const noexcept;

    task<result<void>> read_head();
    task<after> serve_one();
    task<after> refuse_head(error_code reason);
    task<void> linger(after how);

    const gate::pass place_taken_;
    session_context& context_;
    session_list& list_;
    stream connection_;
    std::unique_ptr<desk> desk_;  // none while it is idle
    std::size_t place_ = 0;       // in the list
    bool is_idle_ = false;
    // For a whole head; max: it has one.
    std::chrono::steady_clock::time_point waits_since_ =
        std::chrono::steady_clock::time_point::max();
};

}  // namespace smol::net
