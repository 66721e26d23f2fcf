#pragma once

// A master as master/server.cpp puts it together, on a simulated machine.

#include "master/config.hpp"
#include "test/sim/http_call.hpp"
#include "test/sim/machine.hpp"
#include "test/support/memory_index.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace smol::sim {

class master_machine final : public machine
{
public:
    master_machine(network& in, std::string name, std::string address, master::config settings);
    ~master_machine() override;

    void accept(endpoint from) override;

    test::memory_index& index() { return index_; }
    const master::config& settings() const { return settings_; }

    // Of one write of the index. The process ends by it.
    std::uint64_t index_error_of_10000 = 0;

private:
    struct process;

    void begin() override;
    void forget() override;
    void spoil_disk() override {}  // what is committed is synced; a batch is whole or not there

    net::task<void> run();
    net::task<void> serve_one(endpoint over);
    net::task<void> serve_volume(endpoint& over);
    net::task<error_code> pace(std::string_view operation);

    master::config settings_;
    test::memory_index index_;
    std::unique_ptr<process> process_;
};

}  // namespace smol::sim
