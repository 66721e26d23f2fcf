#pragma once

// One kept connection of one user to one server: a request goes out, its response comes in pieces.
// Belongs to the thread of its poller.

#include "bench/load/poller.hpp"
#include "bench/load/request.hpp"
#include "bench/load/response.hpp"
#include "bench/load/socket_calls.hpp"
#include "bench/load/task.hpp"
#include "bench/load/value_content.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace smol::load {

class user;

// What a response brought.
struct arrival
{
    enum class kind
    {
        nothing,   // wait for the next event
        proceed,   // 100 Continue
        head,      // connection::head() is there
        data,      // a piece of the body
        complete,  // the response ended; the connection is idle or closed
        failed,
    };

    kind is = kind::nothing;
    byte_view data;           // until the next call
    std::uint64_t bytes = 0;  // of the piece; data is empty if they were dropped
    failure why = failure::none;
};

enum class body_use
{
    keep,  // the bytes are given to the user
    drop,  // they need not be copied
};

class connection
{
public:
    // All references must outlive the connection. `scratch`: room for pieces of bodies, shared by
    // the connections of a thread.
    connection(user& owner, poller& events, const address& peer, std::span<std::byte> scratch);

    user& owner() { return owner_; }

    // Sends `request` (the head is copied) and, unless it waits for 100 Continue, `body` with it;
    // connects first if need be. `body` must outlive the response. False: no connection.
    bool send(const request_line& request, const value_content* body);

    // 100 Continue came: the body goes out.
    bool send_body();

    // The socket can take more. False: the connection is lost.
    bool on_writable();

    // What came next. Call until it is `nothing`, `complete` or `failed`.
    arrival receive(body_use use);

    const response_head& head() const { return head_; }
    bool is_sending() const { return sent_ < outbox_.size() + body_due_; }
    bool is_busy() const { return is_busy_; }
    bool is_reused() const { return is_reused_; }

    // An event while no request is under way: the server has closed the connection.
    void on_idle_event() { close(); }
    void close();

private:
    bool connect();
    bool flush();
    bool watch(poller::interest in);
    std::size_t gather(std::span<iovec> to) const;
    arrival next_head();
    arrival next_piece(body_use use);
    arrival end_of_input(const result<std::size_t>& got);
    arrival complete();
    arrival fail(failure why);

    static constexpr std::size_t head_bytes_max = 16 * KiB;
    static constexpr std::size_t pieces_max = 17;  // of one sendmsg: the head and 256 KiB

    user& owner_;
    poller& events_;
    const address& peer_;
    std::span<std::byte> scratch_;
    io::unique_fd socket_;
    bool is_connecting_ = false;
    bool is_busy_ = false;
    bool is_reused_ = false;  // has served a request before
    bool in_body_ = false;
    poller::interest watched_ = poller::interest::read;

    std::string outbox_;
    const value_content* body_ = nullptr;
    std::uint64_t body_bytes_ = 0;
    std::uint64_t body_due_ = 0;  // 0 while 100 Continue has not come
    std::uint64_t sent_ = 0;      // of head and body

    std::unique_ptr<std::array<std::byte, head_bytes_max>> inbox_;
    std::size_t filled_ = 0;
    byte_view pending_;  // received, not consumed: in the inbox or, during a body, in the scratch
    bool is_drained_ = false;  // the last receive got less than it had room for
    response_head head_;
    body_reader reader_;
};

}  // namespace smol::load
