#include "bench/load/report.hpp"

#include "common/base/parse.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <array>
#include <iterator>

namespace smol::load {

namespace {

namespace json = boost::json;

struct percentile
{
    const char* name;
    double share;
};

constexpr std::array<percentile, 6> percentiles{{{"p50", 0.5},
    {"p90", 0.9},
    {"p99", 0.99},
    {"p99.9", 0.999},
    {"p99.99", 0.9999},
    {"max", 1.0}}};

double microseconds(std::uint64_t nanoseconds)
{
    return static_cast<double>(nanoseconds) / 1e3;
}

double per(double amount, double of)
{
    return of > 0 ? amount / of : 0;
}

json::object latency_of(const histogram& from)
{
    json::object made;
    made["mean"] = from.mean() / 1e3;
    made["min"] = microseconds(from.smallest());
    for (const auto& each : percentiles)
        made[each.name] = microseconds(from.at(each.share));
    return made;
}

std::uint64_t bytes_of(const tally& from)
{
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < operations; ++i)
        sum += from.of(static_cast<operation>(i)).bytes;
    return sum;
}

json::object errors_of(const tally& from)
{
    json::object made;
    for (std::size_t i = 0; i < failures; ++i)
    {
        const auto why = static_cast<failure>(i);
        if (from.failed_by(why) > 0 && why != failure::status)
            made[name_of(why)] = from.failed_by(why);
    }
    for (const auto& [status, count] : from.statuses())
        made[fmt::format("status_{}", status)] = count;
    return made;
}

json::object settings_of(const campaign_plan& plan)
{
    json::object made;
    made["threads"] = plan.threads;
    made["connections"] = plan.connections;
    made["rate"] = plan.rate;
    made["keys"] = plan.script.keys;
    made["law"] = plan.script.law == key_law::zipf ? "zipf" : "uniform";
    made["largest_value_bytes"] = plan.how.sizes.largest();
    made["verifies"] = plan.how.verifies;
    made["remembers"] = plan.remembers;
    made["expect_from"] = plan.how.expect_from;
    made["warmup_seconds"] = static_cast<double>(plan.warmup.count()) / 1e3;
    return made;
}

std::uint64_t cycles_of(const campaign_plan& plan, const tally& from)
{
    return plan.script.what == workload::thrash ? from.of(operation::remove).done : 0;
}

void print_row(std::string_view name, const operation_tally& one, double seconds, std::string& to)
{
    auto out = std::back_inserter(to);
    fmt::format_to(out, "{:<9}{:>12}{:>12.0f}", name, one.done, per(double(one.done), seconds));
    for (const auto& each : percentiles)
        fmt::format_to(out, "{:>11.0f}", microseconds(one.latency.at(each.share)));
    to += '\n';
}

void print_table(const campaign_report& found, std::string& to)
{
    fmt::format_to(std::back_inserter(to), "{:<9}{:>12}{:>12}", "", "operations", "per second");
    for (const auto& each : percentiles)
        fmt::format_to(std::back_inserter(to), "{:>11}", fmt::format("{} us", each.name));
    to += '\n';
    for (std::size_t i = 0; i < operations; ++i)
    {
        const auto what = static_cast<operation>(i);
        if (found.counted.of(what).done > 0)
            print_row(name_of(what), found.counted.of(what), found.seconds, to);
    }
}

void print_errors(std::string_view where, const tally& from, std::string& to)
{
    for (const auto& [name, count] : errors_of(from))
        fmt::format_to(
            std::back_inserter(to), "{}: {} {}\n", where, count.as_uint64(), std::string(name));
}

}  // namespace

std::string_view name_of(workload what) noexcept
{
    constexpr std::array<std::string_view, 9> names{
        "get", "put", "delete", "list", "redirect", "missing", "mixed", "thrash", "look-up"};
    return names[static_cast<std::size_t>(what)];
}

std::string print_report(const campaign_plan& plan, const campaign_report& found)
{
    const auto& all = found.counted;
    const auto operations_done = static_cast<double>(all.done());
    std::string made;
    auto out = std::back_inserter(made);
    fmt::format_to(out,
        "{} {}: {} connections, {}, {:.2f} s\n",
        name_of(plan.script.what),
        plan.url,
        plan.connections,
        plan.rate > 0 ? fmt::format("open loop at {}/s", plan.rate) : "closed loop",
        found.seconds);
    if (all.done() > 0)
        print_table(found, made);
    if (bytes_of(all) > 0)
        fmt::format_to(out,
            "{}/s of values\n",
            format_size(static_cast<std::uint64_t>(per(double(bytes_of(all)), found.seconds))));
    if (const auto cycles = cycles_of(plan, all))
        fmt::format_to(out, "{:.1f} cycles/s\n", per(double(cycles), found.seconds));
    if (all.listed > 0)
        fmt::format_to(out, "{:.0f} keys listed/s\n", per(double(all.listed), found.seconds));
    fmt::format_to(out, "client CPU: {:.2f} cores", per(found.client_cpu_seconds, found.seconds));
    if (!plan.servers.empty())
        fmt::format_to(out,
            "; server CPU: {:.2f} cores, {:.2f} us an operation",
            per(found.server_cpu_seconds, found.seconds),
            per(found.server_cpu_seconds * 1e6, operations_done));
    made += '\n';
    if (all.unstarted > 0)
        fmt::format_to(out, "not begun, for want of a free connection: {}\n", all.unstarted);
    print_errors("errors while filling", found.fill, made);
    print_errors("errors", all, made);
    return made;
}

std::string print_json(const campaign_plan& plan, const campaign_report& found)
{
    const auto& all = found.counted;
    const auto done = static_cast<double>(all.done());
    json::object made;
    made["workload"] = name_of(plan.script.what);
    made["url"] = plan.url;
    made["seconds"] = found.seconds;
    made["operations"] = all.done();
    made["operations_per_second"] = per(done, found.seconds);
    made["bytes"] = bytes_of(all);
    made["bytes_per_second"] = per(static_cast<double>(bytes_of(all)), found.seconds);
    made["cycles_per_second"] = per(static_cast<double>(cycles_of(plan, all)), found.seconds);
    made["keys_listed"] = all.listed;
    made["errors"] = errors_of(all);
    made["failed"] = all.failed();
    made["unstarted"] = all.unstarted;
    made["reconnects"] = all.reconnects;
    made["server_cpu_seconds"] = found.server_cpu_seconds;
    made["client_cpu_seconds"] = found.client_cpu_seconds;
    made["latency_us"] = latency_of(all.latency());
    json::object by;
    for (std::size_t i = 0; i < operations; ++i)
    {
        const auto what = static_cast<operation>(i);
        const auto& one = all.of(what);
        if (one.done > 0)
            by[name_of(what)] = {{"operations", one.done},
                {"bytes", one.bytes},
                {"latency_us", latency_of(one.latency)}};
    }
    made["by_operation"] = by;
    made["fill"] = {{"operations", found.fill.done()},
        {"errors", errors_of(found.fill)},
        {"seconds", found.fill_seconds}};
    made["settings"] = settings_of(plan);
    return json::serialize(made);
}

}  // namespace smol::load
