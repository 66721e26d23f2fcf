#pragma once

// The front door: accepts, counts, times out and drains connections, and hands exchanges to a
// service.

#include "common/net/exchange.hpp"
#include "common/net/gate.hpp"
#include "common/net/loop.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace smol::net {

struct server_options
{
    // Addresses to listen on. "localhost" stands for 127.0.0.1 and, where there is one, ::1.
    std::string listen = "localhost";
    std::uint16_t port = 0;  // 0: any; the same one on every address

    // One more takes the place of the one that has waited longest for a request; if all are at work
    // it gets 503 and Connection: close.
    std::size_t connections_max = 20'000;
    std::chrono::milliseconds header_timeout{10'000};  // from the first byte to the end of the head
    std::chrono::milliseconds idle_timeout{75'000};    // between requests
    // A body may not fall behind: 10 s of grace, then at least 1 KiB/s on average, and never 30 s
    // without a byte. The same for a client that reads too slowly.
    std::chrono::milliseconds body_grace{10'000};
    std::chrono::milliseconds body_idle_timeout{30'000};
    std::uint64_t body_bytes_per_second_min = 1024;

    // A refused body is drained up to so much, so that clients that read late see the answer.
    std::uint64_t drain_bytes_max = 64 * MiB;
    std::chrono::milliseconds drain_timeout{5'000};
};

class server
{
public:
    // Binds; throws std::runtime_error with a sentence for the operator (port taken, no right, …).
    // `answers` must outlive the server and the loops' threads.
    server(loops& on, service& answers, server_options options);
    // With connections still open (no stop() before, or it was in vain) it stops the loops first.
    ~server();

    std::uint16_t port() const noexcept;
    std::size_t connections() const noexcept;

    void start();  // begins to accept

    // Stops accepting, closes idle connections, lets running exchanges end within `limit`, then
    // closes the rest. Await it on one of the loops.
    task<void> stop(clock& time, std::chrono::milliseconds limit);

private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace smol::net
