#include "test/sim/history.hpp"

#include "test/sim/audit.hpp"
#include "test/sim/cluster.hpp"
#include "test/sim/faults.hpp"

#include <exception>
#include <functional>

namespace smol::sim {

namespace {

constexpr moment start_limit = 20 * second;
// Nine operations of a client, each of which waits as long as it may: 9 * (2 + 4 * 120) s.
constexpr moment clients_limit = 5'000 * second;
constexpr moment heal_limit = 300 * second;
constexpr moment drain_step = 2 * second;
constexpr moment drain_pause = 45 * second;
constexpr int drain_rounds = 16;
constexpr std::uint64_t events_max = 400'000;

// Goes on until `is_so`, at most for so long.
bool run_until(world& in, moment limit, const std::function<bool()>& is_so)
{
    const auto end = in.now() + limit;
    for (std::uint64_t events = 0; !is_so(); ++events)
        if (in.now() > end || events > events_max || !in.step())
            return false;
    return true;
}

void run_for(world& in, moment span)
{
    const auto end = in.now() + span;
    run_until(in, span + second, [&] { return in.now() >= end; });
}

// Time passes until nothing is left to do: a little of it is lived through, most is skipped.
std::string drain(cluster& all)
{
    std::string left;
    for (int round = 0; round < drain_rounds; ++round)
    {
        run_for(all.in(), drain_step);
        left = unsettled(all);
        if (left.empty())
            return {};
        all.in().pass(drain_pause);
    }
    return "after healing this is left:\n" + left;
}

void read_everything(cluster& all)
{
    auto& reader = *all.clients().front();
    std::size_t waiting = all.seen().keys();
    const auto read = [](client& by, std::size_t key, std::size_t& left) -> net::task<void> {
        co_await by.read_all(key);
        --left;
    };
    for (std::size_t key = 0; key < all.seen().keys(); ++key)
        reader.living()->spawn(read(reader, key, waiting));
    reader.living()->run();
    if (!run_until(all.in(), heal_limit, [&] { return waiting == 0; }))
        all.seen().accuse("the last reads do not end");
}

std::string play(world& in)
{
    const bool is_calm = in.fate.below(10) == 0;
    cluster all(in, !is_calm);
    for (auto* const one : all.machines())
        one->start();
    if (!run_until(in, start_limit, [&] { return all.are_volumes_up(); }))
        return "the cluster does not start\n";
    faults trouble(all);
    if (!is_calm)
        trouble.begin();
    for (const auto& one : all.clients())
        one->begin();
    if (!run_until(in, clients_limit, [&] { return all.are_clients_done(); }))
        return "the clients do not end\n";
    trouble.heal();
    // What is on its way may be older than the healing: a deletion, or a join in the place of
    // another.
    const auto arrived = all.net().last_arrival();
    run_until(in, heal_limit, [&] { return in.now() > arrived; });
    if (!run_until(in, heal_limit, [&] { return all.are_volumes_up(); }))
        return "after healing not all volumes come back\n";
    auto wrong = drain(all);
    // What was skipped looked like silence: they have joined again before the last reads.
    run_until(in, heal_limit, [&] { return all.are_volumes_up(); });
    run_for(in, drain_step);
    wrong += disagreement(all);
    wrong += stale_blobs(all, all.seen().keys());
    read_everything(all);
    wrong += stale_blobs(all, all.seen().keys());
    wrong += all.seen().verdict();
    in.before_event = {};
    return wrong;
}

}  // namespace

verdict run_history(std::uint64_t seed, bool is_verbose)
{
    world in(seed, is_verbose);
    verdict made;
    try
    {
        made.fault = play(in);
    }
    catch (const std::exception& thrown)
    {
        made.fault = std::string("thrown: ") + thrown.what() + "\n";
    }
    ++in.count[counted::histories];
    made.hash = in.history_hash();
    made.count = in.count;
    return made;
}

}  // namespace smol::sim
