#include "bench/load/command_line.hpp"

#include "bench/load/process_cpu.hpp"
#include "bench/load/report.hpp"
#include "bench/load/url.hpp"
#include "common/base/parse.hpp"
#include "common/config/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace smol::load {

namespace {

constexpr int exit_usage = 2;
constexpr std::size_t operands_wanted = 1;
constexpr std::uint64_t threads_max = 64;
constexpr std::uint64_t zipf_percent_max = 500;

constexpr const char* summary =
    "Measures an HTTP store: get, put, delete, mixed, list, redirect (GET without following), "
    "missing (GET of absent keys) or thrash (put, get, delete of a key, again and again). Each "
    "connection does one operation at a time and follows redirects; each byte read is compared "
    "with what was written. Keys are PREFIX/RUN/0, PREFIX/RUN/1, ...; a value follows from its "
    "key's number, so that one run can read what another one wrote.";

// What the rows bind that the plan has in another shape.
struct raw_settings
{
    std::string size = "4KiB";
    std::string mix = "get=90,put=5,delete=5";
    std::string servers;
    std::uint64_t zipf_percent = 99;
    std::size_t law = 0;
    bool skips_check = false;
    std::uint64_t missing_status = 404;
};

std::vector<config::setting> rows_of_work(campaign_plan& plan, raw_settings& raw)
{
    using namespace config;
    return {
        text("--url", "", "URL", plan.url, "Where keys are: http://host:port/prefix."),
        text("--run", "", "NAME", plan.how.names.run, "First part of the keys."),
        number("--keys", "", "N", plan.script.keys, "Keys; put: 0 writes new ones without end."),
        number("--first-key", "", "N", plan.script.first_key, "Number of the first key."),
        text("--size",
            "",
            "SIZE",
            raw.size,
            "Of values: 4KiB, 1KiB..1MiB (log-uniform) or zipf:1KiB..1MiB."),
        choice("--law", "", {"uniform", "zipf"}, raw.law, "How keys are drawn."),
        number("--zipf", "", "PERCENT", raw.zipf_percent, "Exponent of zipf, in hundredths."),
        text("--mix", "", "WEIGHTS", raw.mix, "Of the operations of mixed."),
        toggle("--fill", "", plan.fills, "Write all keys first."),
        toggle("--overwrite", "", plan.script.overwrites, "put: begin again after the last key."),
        toggle("--remember",
            "",
            plan.remembers,
            "Look all keys up first, then get each where its redirect led."),
        number("--seed", "", "N", plan.how.run_seed, "Of all draws and contents."),
    };
}

std::vector<config::setting> rows_of_load(campaign_plan& plan)
{
    using namespace config;
    return {
        number("--connections", "", "N", plan.connections, "Operations at a time."),
        number("--threads", "", "N", plan.threads, "Threads that share the connections."),
        number("--rate",
            "",
            "N",
            plan.rate,
            "Open loop: N operations a second, latency from when each was due; 0: closed loop."),
        duration("--duration", "", plan.duration, "How long is measured."),
        duration("--warmup", "", plan.warmup, "How long before."),
        number("--count",
            "",
            "N",
            plan.script.count,
            "Measure N operations (thrash: cycles) from the first on, however long they take."),
        duration("--timeout", "", plan.timeout, "Of one operation."),
    };
}

std::vector<config::setting> rows_of_http(campaign_plan& plan, raw_settings& raw, bool& json)
{
    using namespace config;
    return {
        size("--expect-from",
            "",
            plan.how.expect_from,
            "A PUT of so many bytes waits for 100 Continue or a redirect; 0: each."),
        text("--write-query", "", "QUERY", plan.how.write_query, "Appended to the URLs of PUTs."),
        text("--list-query", "", "QUERY", plan.how.names.list_query, "Of list."),
        number("--missing-status", "", "N", raw.missing_status, "What missing expects."),
        toggle("--no-check", "", raw.skips_check, "Drop what is read, unseen, in the kernel."),
        text("--servers", "", "PID,...", raw.servers, "Processes whose CPU time is measured."),
        toggle("--json", "", json, "One JSON object instead of a table."),
    };
}

config::program table_of(campaign_plan& plan, raw_settings& raw, bool& json)
{
    auto settings = rows_of_work(plan, raw);
    for (auto more : {rows_of_load(plan), rows_of_http(plan, raw, json)})
        std::move(more.begin(), more.end(), std::back_inserter(settings));
    return {"smol-bench",
        "smol-bench WORKLOAD [--url URL] [FLAG...]",
        summary,
        std::move(settings),
        "WORKLOAD",
        false};
}

bool needs_keys(workload what)
{
    return what != workload::put && what != workload::list && what != workload::missing &&
           what != workload::thrash;
}

std::optional<workload> workload_named(std::string_view name)
{
    for (auto i = static_cast<int>(workload::get); i <= static_cast<int>(workload::thrash); ++i)
        if (name == name_of(static_cast<workload>(i)))
            return static_cast<workload>(i);
    return std::nullopt;
}

// What one setting says about another; empty if all is well.
std::string fault_of(const campaign_plan& plan)
{
    if (!parse_url(plan.url))
        return fmt::format("--url {} is not http://host:port/prefix", plan.url);
    if (plan.how.names.run.empty())
        return "--run must not be empty";
    if (plan.threads == 0 || plan.threads > threads_max || plan.connections < plan.threads)
        return "--threads must be 1 to 64, and --connections at least as many";
    if (plan.script.keys == 0 && (needs_keys(plan.script.what) || plan.fills || plan.remembers))
        return "--keys must not be 0";
    if (plan.script.what == workload::mixed && plan.script.keys < 4 * plan.connections)
        return "mixed needs four --keys for each connection: one that is being written is not read";
    if (plan.script.count == 0 && plan.duration.count() == 0)
        return "--duration must not be 0";
    return {};
}

// Workloads that take each key once have an end of their own.
void bound_count(campaign_plan& plan)
{
    const auto what = plan.script.what;
    const auto takes_each_once =
        what == workload::remove || (what == workload::put && !plan.script.overwrites);
    if (!takes_each_once || plan.script.keys == 0)
        return;
    const auto count = plan.script.count;
    plan.script.count = count == 0 ? plan.script.keys : std::min(count, plan.script.keys);
}

// The texts made into the plan's own; empty if all can be read.
std::string adopt(const raw_settings& raw, campaign_plan& plan)
{
    const auto sizes = size_law::parse(raw.size);
    if (!sizes)
        return fmt::format("--size {} is no size and no range of sizes", raw.size);
    plan.how.sizes = *sizes;
    const auto mix = parse_mix(raw.mix);
    if (!mix)
        return fmt::format("--mix {} is not like get=90,put=5,delete=5", raw.mix);
    plan.script.mix = *mix;
    const auto servers = parse_pids(raw.servers);
    if (!servers)
        return fmt::format("--servers {} are no process ids", raw.servers);
    plan.servers = *servers;
    if (raw.zipf_percent == 0 || raw.zipf_percent > zipf_percent_max)
        return "--zipf must be 1 to 500";
    plan.script.exponent = static_cast<double>(raw.zipf_percent) / 100;
    plan.script.law = raw.law == 0 ? key_law::uniform : key_law::zipf;
    plan.script.seed = plan.how.run_seed;
    plan.how.verifies = !raw.skips_check;
    plan.how.missing_status = static_cast<unsigned>(raw.missing_status);
    if (const auto url = parse_url(plan.url))
    {
        plan.how.names.prefix = url->target;
        while (plan.how.names.prefix.ends_with('/'))
            plan.how.names.prefix.pop_back();
    }
    bound_count(plan);
    return fault_of(plan);
}

command_line refused(std::string message)
{
    command_line made;
    made.exit_code = exit_usage;
    made.message = std::move(message) + "; see smol-bench --help\n";
    return made;
}

}  // namespace

result<mix_weights> parse_mix(std::string_view text)
{
    mix_weights made{0, 0, 0};
    while (!text.empty())
    {
        const auto end = std::min(text.find(','), text.size());
        const auto part = text.substr(0, end);
        const auto equals = std::min(part.find('='), part.size());
        const auto name = part.substr(0, equals);
        const auto weight = parse_number(part.substr(std::min(equals + 1, part.size())));
        constexpr std::uint64_t weight_max = 1'000'000;
        if (!weight || *weight > weight_max)
            return errc::malformed_request;
        if (name == "get")
            made.get = *weight;
        else if (name == "put")
            made.put = *weight;
        else if (name == "delete")
            made.remove = *weight;
        else
            return errc::malformed_request;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    if (made.get + made.put + made.remove == 0)
        return errc::malformed_request;
    return made;
}

command_line parse_command_line(const std::vector<std::string>& arguments)
{
    command_line line;
    line.plan.url = "http://localhost:9000";
    line.plan.how.names.run = "bench";
    line.plan.script.keys = 0;
    raw_settings raw;
    const auto table = table_of(line.plan, raw, line.wants_json);
    const auto read = config::parse(table, arguments, {});
    switch (read.is)
    {
    case config::verdict::help:
        line.exit_code = 0;
        line.message = config::help(table);
        return line;
    case config::verdict::version:
        line.exit_code = 0;
        line.message = "smol-bench " SMOL_VERSION "\n";
        return line;
    case config::verdict::invalid:
        line.exit_code = exit_usage;
        line.message = read.message + '\n';
        return line;
    case config::verdict::run:
        break;
    }
    const auto what = read.operands.size() == operands_wanted
                          ? workload_named(read.operands.front())
                          : std::nullopt;
    if (!what)
        return refused("one workload is wanted");
    line.plan.script.what = *what;
    if (auto fault = adopt(raw, line.plan); !fault.empty())
        return refused(std::move(fault));
    return line;
}

}  // namespace smol::load
