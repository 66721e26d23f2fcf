// The simulator: many histories of a whole cluster, each from one seed. docs/TESTING.md tells how
// to run it. Exit codes: 0 nothing found, 1 faults, 2 wrong use.

#include "common/base/broken.hpp"
#include "common/base/log.hpp"
#include "common/base/parse.hpp"
#include "test/sim/history.hpp"
#include "test/sim/runner.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <thread>

namespace {

using namespace smol::sim;

constexpr std::string_view usage = R"(usage: smol_sim --seed N [--verbose]
       smol_sim --seeds N [--from S] [--jobs J] [--seconds T] [--results FILE] [--quiet]
       smol_sim --pinned FILE     lines of "seed: what it once found"
       smol_sim --same N          runs N seeds twice; the histories must be the same
       smol_sim --teeth N         each broken variant must be caught within N seeds
       --broken NAME              with any of these: a deliberately broken variant
)";

// What breaks promises that the simulator can see broken; the rest is for other tests.
constexpr std::array<std::string_view, 8> teeth{"no_data_flush",
    "no_directory_flush",
    "acknowledge_before_commit",
    "no_precondition_at_commit",
    "publish_over_newer",
    "forget_deletions",
    "last_chunk_undigested",
    "stale_blobs_at_hand"};

struct arguments
{
    order what;
    std::optional<std::uint64_t> seed;
    std::uint64_t same = 0;
    std::uint64_t teeth = 0;
    std::string broken;
    bool is_verbose = false;
    std::string pinned;
    std::string results;
};

std::optional<arguments> read_arguments(int count, char** values)
{
    arguments read;
    read.what.jobs = std::max(1U, std::thread::hardware_concurrency());
    for (int i = 1; i < count; ++i)
    {
        const std::string_view name = values[i];
        if (name == "--verbose")
            read.is_verbose = true;
        else if (name == "--quiet")
            read.what.is_quiet = true;
        else if (i + 1 == count)
            return std::nullopt;
        else if (name == "--pinned")
            read.pinned = values[++i];
        else if (name == "--results")
            read.results = values[++i];
        else if (name == "--broken")
            read.broken = values[++i];
        else
        {
            const auto number = smol::parse_number(values[++i]);
            if (!number)
                return std::nullopt;
            if (name == "--seed")
                read.seed = *number;
            else if (name == "--seeds")
                read.what.seeds = *number;
            else if (name == "--from")
                read.what.from = *number;
            else if (name == "--jobs" && *number > 0)
                read.what.jobs = static_cast<unsigned>(*number);
            else if (name == "--seconds")
                read.what.seconds = *number;
            else if (name == "--same")
                read.same = *number;
            else if (name == "--teeth")
                read.teeth = *number;
            else
                return std::nullopt;
        }
    }
    return read;
}

int run_one(std::uint64_t seed, bool is_verbose)
{
    const auto made = run_history(seed, is_verbose);
    fmt::print("seed {}: {} events, hash {:016x}: {}\n",
        seed,
        made.count.at(static_cast<std::size_t>(counted::events)),
        made.hash,
        made.fault.empty() ? "no fault" : "FAULT");
    fmt::print("{}", made.fault);
    return made.fault.empty() ? 0 : 1;
}

int run_pinned(const std::string& file)
{
    std::ifstream lines(file);
    std::string line;
    int faults = 0;
    int seeds = 0;
    while (std::getline(lines, line))
    {
        const auto seed = smol::parse_number(line.substr(0, line.find(':')));
        if (!seed)
            continue;
        ++seeds;
        faults += run_one(*seed, false);
    }
    fmt::print("{} pinned seeds, {} with faults\n", seeds, faults);
    return seeds == 0 || faults != 0 ? 1 : 0;
}

int run_twice(const order& what, std::uint64_t seeds)
{
    for (auto seed = what.from; seed < what.from + seeds; ++seed)
    {
        const auto first = run_history(seed, false).hash;
        const auto second = run_history(seed, false).hash;
        if (first == second)
            continue;
        fmt::print("seed {} has two histories: {:016x} and {:016x}\n", seed, first, second);
        return 1;
    }
    fmt::print("{} seeds, each the same twice\n", seeds);
    return 0;
}

#ifdef SMOL_FAILPOINTS
bool break_by_name(const std::string& name)
{
    const auto one = smol::parse_breakage(name);
    smol::break_on_purpose(one);
    return one.has_value();
}

bool is_clean_when_mended(std::uint64_t seed)
{
    smol::break_on_purpose(std::nullopt);
    return run_history(seed, false).fault.empty();
}
#else
bool is_clean_when_mended(std::uint64_t)
{
    return false;
}

bool break_by_name(const std::string&)
{
    fmt::print(stderr, "this build cannot be broken: it has no failpoints\n");
    return false;
}
#endif

// A variant is caught by the first seed that finds it.
int bite(order what, std::uint64_t seeds)
{
    int missed = 0;
    what.seeds = seeds;
    what.faults_max = 1;
    what.is_quiet = true;
    for (const auto name : teeth)
    {
        if (!break_by_name(std::string(name)))
            return 2;
        const auto all = run_all(what);
        const bool is_caught = !all.faults.empty() && is_clean_when_mended(all.faults[0].seed);
        missed += !is_caught;
        if (is_caught)
            fmt::print("{}: caught by seed {}: {}", name, all.faults[0].seed, all.faults[0].what);
        else
            fmt::print("{}: MISSED by {} seeds\n", name, seeds);
        std::fflush(stdout);
    }
    return missed == 0 ? 0 : 1;
}

void print_summary(const summary& all)
{
    for (const auto& one : all.faults)
        fmt::print(
            "seed {} (replay: smol_sim --seed {} --verbose):\n{}\n", one.seed, one.seed, one.what);
    for (std::size_t i = 0; i < counter_count; ++i)
        fmt::print("{:>12}  {}\n", all.count.at(i), counter_names[i]);
    fmt::print("{:>12.1f}  seconds\n", all.seconds);
}

void append_results(const std::string& file, const order& what, const summary& all)
{
    std::string details;
    for (std::size_t i = 1; i < counter_count; ++i)
        details += fmt::format(
            "{}\"{}\": {}", details.empty() ? "" : ", ", counter_names[i], all.count.at(i));
    std::ofstream to(file, std::ios::app);
    to << fmt::format("{{\"harness\": \"sim\", \"when\": \"{:%Y-%m-%dT%H:%M:%SZ}\", \"seconds\": "
                      "{:.1f}, \"count\": {}, \"unit\": \"histories\", \"seed\": {}, \"found\": "
                      "{}, \"details\": {{{}}}}}\n",
        fmt::gmtime(std::time(nullptr)),
        all.seconds,
        all.count.at(0),
        what.from,
        all.faults.size(),
        details);
}

}  // namespace

int main(int count, char** values)
{
    const auto asked = read_arguments(count, values);
    const bool is_something =
        asked && (asked->seed || asked->same != 0 || asked->teeth != 0 || !asked->pinned.empty() ||
                     asked->what.seeds != 0 || asked->what.seconds != 0);
    if (!is_something)
    {
        std::cerr << usage;
        return 2;
    }
    std::signal(SIGPIPE, SIG_DFL);
    if (!asked->is_verbose)
        smol::log::set_level(static_cast<smol::log::level>(4));
    if (!asked->broken.empty() && !break_by_name(asked->broken))
        return 2;
    if (asked->teeth != 0)
        return bite(asked->what, asked->teeth);
    if (asked->seed)
        return run_one(*asked->seed, asked->is_verbose);
    if (asked->same != 0)
        return run_twice(asked->what, asked->same);
    if (!asked->pinned.empty())
        return run_pinned(asked->pinned);
    const auto all = run_all(asked->what);
    print_summary(all);
    if (!asked->results.empty())
        append_results(asked->results, asked->what, all);
    return all.faults.empty() ? 0 : 1;
}
