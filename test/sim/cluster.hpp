#pragma once

// One master, its volumes and clients on simulated machines, made from a seed.

#include "test/sim/client.hpp"
#include "test/sim/ledger.hpp"
#include "test/sim/master_machine.hpp"
#include "test/sim/volume_machine.hpp"

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace smol::sim {

class cluster
{
public:
    cluster(world& in, bool has_bad_manners);

    world& in() { return world_; }
    network& net() { return network_; }
    ledger& seen() { return ledger_; }
    master_machine& master() { return *master_; }
    std::vector<std::unique_ptr<volume_machine>>& volumes() { return volumes_; }
    std::vector<std::unique_ptr<client>>& clients() { return clients_; }

    std::vector<machine*> machines();
    std::vector<host*> hosts();
    machine* machine_of(const life& one);

    bool are_clients_done() const;
    bool are_volumes_up();

    // A bit of one of its published blobs is another one from now on.
    void flip_a_bit(volume_machine& of);
    bool is_damaged(const volume_machine& on, std::uint64_t inode) const;

private:
    world& world_;
    network network_;
    ledger ledger_;
    std::unique_ptr<master_machine> master_;
    std::vector<std::unique_ptr<volume_machine>> volumes_;
    std::vector<std::unique_ptr<client>> clients_;
    std::set<std::pair<std::string, std::uint64_t>> damaged_;
};

}  // namespace smol::sim
