#include "cli/arguments.hpp"

#include "cli/url.hpp"

#include <fmt/format.h>

namespace smol::cli {

config::setting master_row(std::string& to)
{
    return config::text("--master", "SMOL_MASTER", "URL", to, "Where the master is.");
}

config::setting jobs_row(std::uint64_t& to)
{
    constexpr std::uint64_t jobs_max = 256;
    auto row = config::number("--jobs", "", "N", to, "How many at a time.");
    row.expects = fmt::format("a number from 1 to {}", jobs_max);
    row.store = [&to, parse = row.store](std::string_view text) -> result<void> {
        const auto parsed = parse(text);
        if (!parsed)
            return parsed;
        if (to < 1 || to > jobs_max)
            return errc::malformed_request;
        return {};
    };
    return config::with_letter('j', std::move(row));
}

config::setting progress_row(std::size_t& to)
{
    return config::choice("--progress",
        "",
        {"auto", "lines", "off"},
        to,
        "On standard error: a bar on a terminal, a line each second, or nothing.");
}

config::setting json_row(bool& to)
{
    return config::toggle("--json", "", to, "JSON on standard output, one object a line.");
}

config::program subcommand(std::string name,
    std::string synopsis,
    std::string summary,
    std::vector<config::setting> settings,
    std::string operands)
{
    config::program made;
    made.name = "smol " + name;
    made.synopsis = made.name + ' ' + synopsis;
    made.summary = std::move(summary);
    made.settings = std::move(settings);
    made.operands = std::move(operands);
    made.reads_file = false;
    return made;
}

outcome<std::vector<std::string>> read_arguments(
    const config::program& of, const invocation& given, std::size_t least, std::size_t most)
{
    auto told = config::parse(of, given.arguments, given.environment);
    switch (told.is)
    {
    case config::verdict::help:
        return failure{exit_code::ok, config::help(of)};
    case config::verdict::version:
        return failure{exit_code::ok, "smol " SMOL_VERSION "\n"};
    case config::verdict::invalid:
        return failure{exit_code::usage, std::move(told.message)};
    case config::verdict::run:
        break;
    }
    if (told.operands.size() < least)
        return misuse(of, fmt::format("something is missing: smol wants {}", of.operands));
    if (told.operands.size() > most)
        return misuse(of, fmt::format("'{}' is one too many", told.operands[most]));
    return std::move(told.operands);
}

failure misuse(const config::program& of, std::string_view why)
{
    return {exit_code::usage, fmt::format("{}: {} (see {} --help)", of.name, why, of.name)};
}

outcome<std::string> address_of_master(const config::program& of, std::string_view text)
{
    auto address = parse_master(text);
    if (!address)
        return misuse(of, fmt::format("--master: '{}' is not like http://localhost:9000", text));
    return std::move(*address);
}

}  // namespace smol::cli
