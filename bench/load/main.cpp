// smol-bench: a load generator for stores that speak HTTP.

#include "bench/load/campaign.hpp"
#include "bench/load/command_line.hpp"
#include "bench/load/report.hpp"
#include "common/ops/limits.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <exception>

constexpr int exit_errors = 1;

int main(int argc, char** argv)
try
{
    const auto line = smol::load::parse_command_line({argv + 1, argv + argc});
    if (line.exit_code)
    {
        fmt::print(*line.exit_code == 0 ? stdout : stderr, "{}", line.message);
        return *line.exit_code;
    }
    smol::ops::raise_descriptor_limit();
    const auto found = smol::load::run_campaign(line.plan);
    if (line.wants_json)
        fmt::print("{}\n", smol::load::print_json(line.plan, found));
    else
        fmt::print("{}", smol::load::print_report(line.plan, found));
    return found.counted.failed() + found.fill.failed() > 0 ? exit_errors : 0;
}
catch (const std::exception& failure)
{
    fmt::print(stderr, "smol-bench: {}\n", failure.what());
    return exit_errors;
}
