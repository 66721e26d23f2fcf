#include "cli/status.hpp"

#include "cli/command.hpp"
#include "cli/front_door.hpp"
#include "cli/progress.hpp"
#include "cli/terminal.hpp"
#include "common/base/parse.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smol::cli {

namespace {

net::task<exit_code> status(net::loop& home, const status_options& options)
{
    front_door door(home, options.master);
    auto asking = door.status();
    const auto text = co_await std::move(asking);
    if (!text)
        co_return report(text.error());
    const auto facts = parse_store_facts(*text);
    if (!facts)
        co_return report({exit_code::failed,
            "the master's status cannot be read. Is it a smol master, and of this version?"});
    const auto page = options.wants_json ? *text : format_store_facts(*facts);
    if (!write_text(standard::output, page))
        co_return exit_code::failed;
    co_return facts->is_ready ? exit_code::ok : exit_code::temporary;
}

std::size_t percent_free(const volume_facts& of)
{
    return of.capacity_bytes == 0
               ? 0
               : static_cast<std::size_t>(static_cast<double>(of.free_bytes) * 100.0 /
                                          static_cast<double>(of.capacity_bytes));
}

const volume_facts* find(const store_facts& facts, bool (*is_so)(const volume_facts&))
{
    const auto found = std::find_if(facts.volumes.begin(), facts.volumes.end(), is_so);
    return found == facts.volumes.end() ? nullptr : &*found;
}

std::string place_of(const volume_facts& volume)
{
    return volume.address.empty() ? volume.name
                                  : fmt::format("{} ({})", volume.name, volume.address);
}

std::string format_volume(const volume_facts& one)
{
    const bool is_well = one.state == "up" && one.health == "good";
    return fmt::format("  {}{:<14} {:<8} {:<10}{} {:<22} {:>10} free of {:>10} ({}%)  {} blobs{}\n",
        begin(is_well ? colour::green : colour::red, standard::output),
        one.name,
        one.state,
        one.health,
        end_colour(standard::output),
        one.address,
        format_size(one.free_bytes),
        format_size(one.capacity_bytes),
        percent_free(one),
        one.blobs,
        one.staged == 0 ? "" : fmt::format(", {} staged", one.staged));
}

}  // namespace

std::string advice_for(const store_facts& facts)
{
    if (facts.volumes.empty())
        return "No volume has ever joined. Start one on this machine: PORT=9001 volume ./volume1";
    const auto* broken =
        find(facts, [](const volume_facts& one) { return one.health == "read_only"; });
    if (broken)
        return fmt::format(
            "The disk of {} gave an error and takes no more writes. Look at its log, check "
            "the disk, then restart that volume.",
            place_of(*broken));
    const auto* down = find(facts, [](const volume_facts& one) { return one.state == "down"; });
    if (down)
        return fmt::format("Start {} again, or find out why it does not answer.", place_of(*down));
    const auto* full = find(facts, [](const volume_facts& one) { return one.health == "full"; });
    if (full)
        return fmt::format("{} is full. Add a volume, or make room on its disk.", place_of(*full));
    constexpr std::size_t percent_low = 10;
    const auto* low =
        find(facts, [](const volume_facts& one) { return percent_free(one) < percent_low; });
    if (low)
        return fmt::format(
            "{} has {}% left. Add a volume before it is full.", place_of(*low), percent_free(*low));
    if (!facts.is_ready)
        return facts.missing.empty() ? "The store is not ready yet. Ask again in a moment."
                                     : facts.missing;
    return "Nothing: all is well.";
}

std::string format_store_facts(const store_facts& facts)
{
    const std::chrono::seconds uptime(facts.uptime_ms / 1000);
    auto text = fmt::format(
        "smol {}, cluster {}, up {}\n", facts.version, facts.cluster, format_span(uptime));
    text += fmt::format("about {} keys", facts.keys);
    if (facts.pending_deletions > 0)
        text += fmt::format(", {} deletions under way", facts.pending_deletions);
    text += facts.is_ready ? ", ready\n" : ", NOT READY\n";
    for (const auto& one : facts.volumes)
        text += format_volume(one);
    return text + "Next: " + advice_for(facts) + '\n';
}

outcome<status_options> read_status(const invocation& given)
{
    status_options options;
    options.master = master_default;
    const auto of = subcommand("status",
        "[--json]",
        "Shows the master, its volumes, their room, and the one thing to do next. Exit code 5 "
        "while the "
        "store cannot take writes.",
        {json_row(options.wants_json), master_row(options.master)},
        "");
    const auto operands = read_arguments(of, given, 0, 0);
    if (!operands)
        return operands.error();
    auto master = address_of_master(of, options.master);
    if (!master)
        return master.error();
    options.master = std::move(*master);
    return options;
}

exit_code run_status(const invocation& given)
{
    const auto options = read_status(given);
    if (!options)
        return report(options.error());
    return run_on_loop([&](net::loop& home, net::clock&) { return status(home, *options); });
}

}  // namespace smol::cli
