#include "master/command_line.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <string_view>

namespace smol::master {

namespace {

constexpr int exit_usage = 2;

int complain(std::string_view prefix, const std::string& sentence)
{
    fmt::print(stderr, "{}{}\n", prefix, sentence);
    return exit_usage;
}

}  // namespace

command_line parse_command_line(const std::vector<std::string>& arguments)
{
    command_line line;
    const auto table = describe(line.settings);
    const auto outcome = smol::config::parse(table, arguments, smol::config::process_environment());
    switch (outcome.is)
    {
    case smol::config::verdict::help:
        fmt::print("{}", smol::config::help(table));
        line.exit_code = 0;
        return line;
    case smol::config::verdict::version:
        fmt::print("master {}\n", SMOL_VERSION);
        line.exit_code = 0;
        return line;
    case smol::config::verdict::invalid:
        line.exit_code = complain({}, outcome.message);
        return line;
    case smol::config::verdict::run:
        break;
    }
    if (const auto fault = fault_of(line.settings); !fault.empty())
        line.exit_code = complain("master: ", fault);
    return line;
}

}  // namespace smol::master
