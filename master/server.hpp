#pragma once

// A master: index, loops, front door, and the work behind it. Several servers may live in one
// process.

#include "master/config.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace smol::master {

class server
{
public:
    // Opens the index and binds the port. Throws std::runtime_error with a sentence for the
    // operator.
    explicit server(config settings);
    ~server();  // stop()
    server(const server&) = delete;

    void start();

    // Lets running exchanges end within ten seconds, then ends everything. Once; not on a loop's
    // thread.
    void stop();

    std::uint16_t port() const noexcept;

    // Call every second or so, on a thread that may wait for a disk: keeps room for the index, and
    // feeds the watchdog while the event loops turn.
    void check();

    // What the store is doing, for the operator; one line.
    std::string summary() const;

private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace smol::master
