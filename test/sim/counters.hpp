#pragma once

// What happened in a run: the proof that the simulator reaches what it is meant to reach.

#include <array>
#include <cstdint>
#include <string_view>

namespace smol::sim {

enum class counted : std::uint8_t
{
    histories,
    events,
    kills,
    power_cuts,
    cluster_power_cuts,
    partitions,
    lost_messages,
    late_messages,
    duplicated_calls,
    timeouts,
    disk_errors,
    disks_dead,
    disk_full,
    index_failures,
    bit_flips,
    damage_refused,
    clock_jumps,
    client_cuts,
    tickets_late,
    tickets_reused,
    puts,
    puts_acknowledged,
    puts_unknown,
    puts_refused,
    superseded,
    conflicts,
    preconditions_failed,
    gets,
    gets_of_value,
    gets_of_nothing,
    gets_failed,
    deletes,
    deletes_acknowledged,
    deletes_unknown,
    commits_repeated,
    commits_joined,
    staged_published,
    staged_discarded,
    staged_waiting,
    recovered_staged,
    count_of_them,
};

inline constexpr auto counter_count = static_cast<std::size_t>(counted::count_of_them);

inline constexpr std::array<std::string_view, counter_count> counter_names{
    "histories",
    "events",
    "kills",
    "power cuts",
    "power cuts of all",
    "partitions",
    "messages lost",
    "messages late",
    "calls duplicated",
    "timeouts",
    "disk errors",
    "disks dead",
    "disks full",
    "index failures",
    "bits flipped",
    "damage refused",
    "clock jumps",
    "bodies cut by clients",
    "tickets used late",
    "tickets used again",
    "PUTs",
    "PUTs acknowledged",
    "PUTs of unknown outcome",
    "PUTs refused",
    "commits superseded",
    "write conflicts (409)",
    "preconditions failed (412)",
    "GETs",
    "GETs of a value",
    "GETs of nothing (404)",
    "GETs failed",
    "DELETEs",
    "DELETEs acknowledged",
    "DELETEs of unknown outcome",
    "commits asked again",
    "commits that shared a call",
    "verdicts: publish",
    "verdicts: discard",
    "verdicts: wait",
    "staged blobs recovered",
};

class counters
{
public:
    std::uint64_t& operator[](counted what) { return all_[static_cast<std::size_t>(what)]; }
    std::uint64_t at(std::size_t i) const { return all_[i]; }
    void add(const counters& other)
    {
        for (std::size_t i = 0; i < counter_count; ++i)
            all_[i] += other.all_[i];
    }

private:
    std::array<std::uint64_t, counter_count> all_{};
};

}  // namespace smol::sim
