#pragma once

// What one client_exchange knows and does inside. Private to this room.

#include "common/net/client.hpp"
#include "common/net/message_body.hpp"

#include <optional>
#include <string>

namespace smol::net {

struct client_exchange::state
{
    state(loop& where, std::string to, client_timeouts limits)
        : home(where), address(std::move(to)), timeouts(limits)
    {}

    pace transfer_pace() const noexcept { return {timeouts.transfer_idle, {}, 0}; }
    bool is_reusable() const noexcept;
    // Nothing was sent yet.
    bool is_unbegun() const noexcept { return !pending.empty(); }
    // Goes out with the head.
    bool joins(const piece& one) const noexcept;
    error_code peer_error(const error_code& ec) noexcept;
    result<void> checked(const result<void>& outcome) noexcept;
    task<result<void>> flush(more then);
    task<result<std::size_t>> read_head();
    task<result<std::optional<http::response_head>>> receive_one();
    void begin_body(const http::response_head& head);

    loop& home;
    std::string address;
    client_timeouts timeouts;
    std::unique_ptr<stream> connection;
    read_buffer buffered;
    std::optional<message_body> received;
    std::string pending;  // the head, not sent yet
    std::string method;
    http::framing framing = http::framing::none;
    std::uint64_t unsent = 0;  // of the body, with framing::length
    bool is_reused = false;
    bool is_ended = false;  // the request, by finish()
    bool keep_alive = false;
    bool has_heard = false;  // a byte of an answer
    bool is_late = false;    // a deadline has passed
};

}  // namespace smol::net
