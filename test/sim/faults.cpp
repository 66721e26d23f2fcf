#include "test/sim/faults.hpp"

namespace smol::sim {

namespace {

constexpr moment supervision_interval = 300 * millisecond;
constexpr std::uint64_t disk_room = 100 * GiB;

}  // namespace

faults::faults(cluster& on) : cluster_(on), world_(on.in()), fate_(on.in().fate)
{}

void faults::begin()
{
    horizon_ = fate_.between(1, 20) * second;
    plan_strikes();
    plan_network();
    if (fate_.below(8) == 0)
        cluster_.master().index_error_of_10000 = fate_.between(10, 500);
    if (fate_.below(3) == 0)
        plan_partitions();
    if (fate_.below(3) == 0)
        plan_disks();
    if (fate_.below(4) == 0)
        plan_clocks();
    world_.before_event = [this](life& at) { strike(at); };
    supervise();
}

void faults::plan_strikes()
{
    strikes_left_ = fate_.between(0, 6);
    const auto rate = fate_.between(5, 60);
    kill_of_10000_ = fate_.flip() ? rate : 0;
    cut_of_10000_ = fate_.flip() ? rate : 0;
    cut_all_of_10000_ = fate_.below(3) == 0 ? rate : 0;
    flip_of_10000_ = fate_.below(4) == 0 ? 5'000 : 0;
}

void faults::plan_network()
{
    auto& net = cluster_.net().faults;
    if (fate_.below(3) == 0)
        net.lost_of_10000 = fate_.between(1, 300);
    if (fate_.below(3) == 0)
    {
        net.late_of_10000 = fate_.between(1, 1'000);
        net.late_max = fate_.flip() ? 100 * millisecond : 30 * second;
    }
    if (fate_.below(3) == 0)
        net.doubled_of_10000 = fate_.between(500, 5'000);
}

void faults::heal()
{
    world_.note("world", "heals");
    is_over_ = true;
    world_.before_event = {};
    cluster_.net().faults = {};
    cluster_.net().heal();
    cluster_.master().index_error_of_10000 = 0;
    cluster_.master().time().set_back(0);
    for (const auto& one : cluster_.volumes())
    {
        one->faults().error_of_10000 = 0;
        one->faults().slow_max = 0;
        one->faults().is_dead = false;
        one->faults().is_full = false;
        one->disk().set_free(disk_room);
        if (one->is_read_only())
            one->kill();
    }
    for (auto* const one : cluster_.machines())
        one->start();
}

// Whatever does not run is started, sooner or later.
void faults::supervise()
{
    for (auto* const one : cluster_.machines())
        if (!one->is_running() && (is_over_ || fate_.below(4) == 0))
            one->start();
    world_.at(world_.now() + supervision_interval, nullptr, [this] { supervise(); });
}

void faults::strike(life& at)
{
    if (strikes_left_ == 0)
        return;
    auto* const struck = cluster_.machine_of(at);
    if (!struck)
        return;
    const bool is_kill = fate_.odds(kill_of_10000_);
    const bool is_cut = !is_kill && fate_.odds(cut_of_10000_);
    const bool is_cut_of_all =
        !is_kill && !is_cut && fate_.below(4) == 0 && fate_.odds(cut_all_of_10000_);
    if (!is_kill && !is_cut && !is_cut_of_all)
        return;
    --strikes_left_;
    world_.count[counted::kills] += is_kill;
    world_.count[counted::power_cuts] += is_cut;
    world_.count[counted::cluster_power_cuts] += is_cut_of_all;
    if (is_kill)
        struck->kill();
    else if (is_cut)
        struck->lose_power();
    else
        cut_all_power();
    for (const auto& one : cluster_.volumes())
        if (!one->is_running() && fate_.odds(flip_of_10000_))
            cluster_.flip_a_bit(*one);
}

void faults::cut_all_power()
{
    for (auto* const one : cluster_.machines())
        one->lose_power();
}

void faults::plan_partitions()
{
    const auto hosts = cluster_.hosts();
    const auto times = fate_.between(1, 4);
    for (std::uint64_t i = 0; i < times; ++i)
    {
        auto& from = *hosts[fate_.below(hosts.size())];
        auto& to = *hosts[fate_.below(hosts.size())];
        const bool is_one_way = fate_.flip();
        const auto start = fate_.below(horizon_);
        auto block = [this, &from, &to, is_one_way] {
            if (is_over_)
                return;
            ++world_.count[counted::partitions];
            world_.note(from.name(), is_one_way ? "cannot reach" : "is parted from", to.name());
            cluster_.net().block(from, to);
            if (!is_one_way)
                cluster_.net().block(to, from);
        };
        world_.at(start, nullptr, block);
        const auto end = start + fate_.between(100 * millisecond, 20 * second);
        world_.at(end, nullptr, [this] { cluster_.net().heal(); });
    }
}

void faults::plan_disks()
{
    auto& volumes = cluster_.volumes();
    auto& one = *volumes[fate_.below(volumes.size())];
    auto& disk = one.faults();
    disk.slow_max = fate_.flip() ? 0 : 5 * second;
    disk.error_of_10000 = fate_.flip() ? 0 : fate_.between(5, 200);
    const auto when = fate_.below(horizon_);
    if (fate_.flip())
        return;
    const bool is_death = fate_.flip();
    auto fail = [this, &one, is_death] {
        if (is_over_)
            return;
        ++world_.count[is_death ? counted::disks_dead : counted::disk_full];
        world_.note(one.name(), is_death ? "disk dies" : "disk is full");
        one.faults().is_dead = is_death;
        one.faults().is_full = !is_death;
        if (!is_death && fate_.flip())
            one.disk().set_free(0);
    };
    world_.at(when, nullptr, fail);
    auto mend = [&one] {
        one.faults().is_dead = false;
        one.faults().is_full = false;
        one.disk().set_free(disk_room);
    };
    world_.at(when + fate_.between(1, 10) * second, nullptr, mend);
}

void faults::plan_clocks()
{
    const auto times = fate_.between(1, 3);
    for (std::uint64_t i = 0; i < times; ++i)
    {
        const auto most = fate_.flip() ? 20 * second : 7'200 * second;
        const auto by =
            static_cast<std::int64_t>(fate_.below(2 * most)) - static_cast<std::int64_t>(most);
        auto jump = [this, by] {
            if (is_over_)
                return;
            ++world_.count[counted::clock_jumps];
            world_.note("master", "clock jumps", std::to_string(by));
            cluster_.master().time().set_back(by);
        };
        world_.at(fate_.below(horizon_), nullptr, jump);
    }
}

}  // namespace smol::sim
