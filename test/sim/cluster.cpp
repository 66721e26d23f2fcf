#include "test/sim/cluster.hpp"

#include <algorithm>

namespace smol::sim {

namespace {

const std::string master_address = "10.0.0.1:9000";

// Lifetimes are short, so that what falls due with them falls due in every history.
constexpr std::chrono::seconds ticket_lifetime{60};

master::config settings_of(chance& fate, std::size_t volumes)
{
    master::config settings;
    settings.replicas = fate.between(1, 3);
    settings.replicas_min = fate.below(std::min<std::size_t>(settings.replicas, volumes) + 1);
    settings.overwrite = fate.below(4) == 0 ? 0 : 1;
    settings.redirect = 1;
    settings.ticket_lifetime = ticket_lifetime;
    return settings;
}

}  // namespace

cluster::cluster(world& in, bool has_bad_manners)
    : world_(in), network_(in), ledger_(in, in.fate.between(1, 2))
{
    auto& fate = in.fate;
    const auto volumes = fate.between(3, 4);
    master_ = std::make_unique<master_machine>(
        network_, "master", master_address, settings_of(fate, volumes));
    if (fate.flip())
        master_->index().miss_every(fate.between(1, 4));
    for (std::size_t i = 0; i < volumes; ++i)
        volumes_.push_back(std::make_unique<volume_machine>(network_,
            std::string("vol-") + static_cast<char>('a' + i),
            "10.0.0." + std::to_string(11 + i) + ":9001",
            master_address));
    manners how;
    how.may_overwrite = master_->settings().overwrite == 1;
    how.operations = fate.between(3, 9);
    how.conditional_of_10000 = fate.flip() ? 0 : 5'000;
    how.pause_max = fate.flip() ? 50 * millisecond : 2 * second;
    if (has_bad_manners)
    {
        how.late_of_10000 = fate.flip() ? 0 : 2'000;
        how.again_of_10000 = fate.flip() ? 0 : 2'000;
        how.cut_of_10000 = fate.flip() ? 0 : 1'000;
        how.late_max = fate.flip() ? 5 * second : 100 * second;
    }
    const auto clients = fate.between(1, 5);
    for (std::size_t i = 0; i < clients; ++i)
        clients_.push_back(std::make_unique<client>(
            network_, ledger_, "client-" + std::to_string(i), master_address, how));
}

std::vector<machine*> cluster::machines()
{
    std::vector<machine*> all{master_.get()};
    for (const auto& one : volumes_)
        all.push_back(one.get());
    return all;
}

std::vector<host*> cluster::hosts()
{
    std::vector<host*> all{master_.get()};
    for (const auto& one : volumes_)
        all.push_back(one.get());
    for (const auto& one : clients_)
        all.push_back(one.get());
    return all;
}

machine* cluster::machine_of(const life& one)
{
    for (auto* const each : machines())
        if (each->is(one))
            return each;
    return nullptr;
}

bool cluster::are_clients_done() const
{
    const auto is_done = [](const auto& one) { return one->is_done(); };
    return std::all_of(clients_.begin(), clients_.end(), is_done);
}

bool cluster::are_volumes_up()
{
    const auto is_up = [](const auto& one) { return one->has_joined(); };
    return std::all_of(volumes_.begin(), volumes_.end(), is_up);
}

void cluster::flip_a_bit(volume_machine& of)
{
    std::vector<std::string> blobs;
    for (const auto& path : of.disk().files())
        if (!path.starts_with('.'))
            blobs.push_back(path);
    if (blobs.empty())
        return;
    const auto& path = blobs[world_.fate.below(blobs.size())];
    const auto file = of.disk().names().find(path);
    if (file->now.bytes.empty())
        return;
    of.disk().flip_bit(path, world_.fate.below(file->now.bytes.size()));
    damaged_.insert({of.name(), file->number});
    ++world_.count[counted::bit_flips];
    world_.note(of.name(), "bit flips", path);
}

bool cluster::is_damaged(const volume_machine& on, std::uint64_t inode) const
{
    return damaged_.contains({on.name(), inode});
}

}  // namespace smol::sim
