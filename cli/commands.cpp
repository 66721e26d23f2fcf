#include "cli/commands.hpp"

#include "cli/command.hpp"
#include "cli/dev.hpp"
#include "cli/get.hpp"
#include "cli/ls.hpp"
#include "cli/put.hpp"
#include "cli/rm.hpp"
#include "cli/stat.hpp"
#include "cli/status.hpp"
#include "common/base/log.hpp"
#include "common/config/nearest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace smol::cli {

namespace {

struct command
{
    std::string_view name;
    std::string_view synopsis;
    std::string_view summary;
    exit_code (*run)(const invocation&);
};

constexpr std::array<command, 8> commands{{
    {"dev", "[DIR]", "a master and three volumes in one process, to try things", run_dev},
    {"put", "[-r] FILE [KEY]", "store a file, standard input or a tree", run_put},
    {"get", "[-r] KEY [FILE]", "read a value into a file, or everything below a prefix", run_get},
    {"cat", "KEY...", "values to standard output", run_cat},
    {"rm", "KEY...", "delete keys", run_rm},
    {"ls", "[-l] [PREFIX]", "list keys", run_ls},
    {"stat", "KEY", "what is known about a key, and where its files lie", run_stat},
    {"status", "", "the store, its volumes, and the one thing to do next", run_status},
}};

constexpr std::string_view exit_codes = R"(Exit codes:
  0  done
  1  another failure
  2  the command line makes no sense
  4  no such key
  5  unreachable or not now: the same again may work later
  6  refused by policy or precondition: the same again will not work
  7  no room
  8  a digest does not fit: what arrived is not what was sent
)";

failure unknown(std::string_view name)
{
    std::vector<std::string> known;
    for (const auto& one : commands)
        known.emplace_back(one.name);
    const auto meant = config::nearest(name, known);
    return {exit_code::usage,
        fmt::format("there is no subcommand '{}'{} (see smol --help)",
            name,
            meant.empty() ? "" : fmt::format("; did you mean '{}'?", meant))};
}

// "smol help put" is "smol put --help".
invocation help_of(invocation given)
{
    if (given.arguments.size() > 1)
        return {{given.arguments[1], "--help"}, std::move(given.environment)};
    return {{"--help"}, std::move(given.environment)};
}

}  // namespace

std::string overview()
{
    std::string page =
        "Usage: smol SUBCOMMAND …\n\nA durable store of values under keys, over HTTP.\n\n";
    for (const auto& one : commands)
        page +=
            fmt::format("  {:<24} {}\n", fmt::format("{} {}", one.name, one.synopsis), one.summary);
    page += "\nsmol SUBCOMMAND --help says more. --master URL or SMOL_MASTER names the master; the "
            "default "
            "is\nhttp://localhost:9000.\n\n";
    page += exit_codes;
    return page;
}

exit_code run(invocation given)
{
    if (!given.arguments.empty() && given.arguments.front() == "help")
        given = help_of(std::move(given));
    if (given.arguments.empty())
        return report({exit_code::usage, "which subcommand?\n\n" + overview()});
    const auto name = given.arguments.front();
    if (name == "--help" || name == "-h")
        return report({exit_code::ok, overview()});
    if (name == "--version")
        return report({exit_code::ok, "smol " SMOL_VERSION "\n"});
    const auto found = std::find_if(
        commands.begin(), commands.end(), [&](const command& one) { return one.name == name; });
    if (found == commands.end())
        return report(unknown(name));
    log::set_level(log::level::error);  // a command says itself what went wrong
    given.arguments.erase(given.arguments.begin());
    return found->run(given);
}

}  // namespace smol::cli
