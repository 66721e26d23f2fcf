#pragma once

// A volume server as volume/server.cpp puts it together, with one directory, on a simulated
// machine.

#include "common/net/gate.hpp"
#include "test/sim/disk_faults.hpp"
#include "test/sim/machine.hpp"
#include "test/sim/volume_peers.hpp"
#include "test/support/memory_disk.hpp"
#include "volume/routes.hpp"
#include "volume/site.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace smol::sim {

class volume_machine final : public machine
{
public:
    volume_machine(network& in, std::string name, std::string address, std::string master);

    ~volume_machine() override;

    void accept(endpoint from) override;

    test::memory_disk& disk() { return disk_; }
    disk_faults& faults() { return faults_; }
    // Null while it does not run.
    volume::served_volume* served();
    bool has_joined();
    bool is_read_only();

private:
    struct process;

    void begin() override;
    void forget() override;
    void spoil_disk() override;

    net::task<void> run();
    net::task<void> keep_membership();
    net::task<result<void>> live(endpoint& stream);

    std::string master_;
    test::memory_disk disk_;
    disk_faults faults_;
    std::unique_ptr<process> process_;
};

}  // namespace smol::sim
