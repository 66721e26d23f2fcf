#pragma once

// A volume server: one or more directories behind one port. May be made several times in one
// process.

#include "volume/config.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace smol::volume {

class server
{
public:
    // Opens the directories and binds. Throws std::runtime_error with a sentence for the operator.
    explicit server(volume_config settings);
    // stop() if that was not called.
    ~server();

    std::uint16_t port() const noexcept;

    // Recovers what was staged, then accepts connections and joins the master. Throws as above.
    void start();

    // Call every second or so: throws std::runtime_error with a sentence once the server must end,
    // and feeds the watchdog while it is well.
    void check();

    // How its volumes are, for the operator; one line.
    std::string summary() const;

    // Answers what is running, at most 30 s, then ends everything. Idempotent.
    void stop();

private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace smol::volume
