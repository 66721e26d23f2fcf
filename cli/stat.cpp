#include "cli/stat.hpp"

#include "cli/command.hpp"
#include "cli/front_door.hpp"
#include "cli/key_argument.hpp"
#include "cli/terminal.hpp"
#include "common/base/parse.hpp"

#include <fmt/format.h>

namespace smol::cli {

namespace {

// A URL without its ticket, which is of no use to a reader and opens the value to whoever has it.
std::string_view without_query(std::string_view url)
{
    return url.substr(0, url.find('?'));
}

net::task<exit_code> stat(net::loop& home, const stat_options& options)
{
    front_door door(home, options.master);
    auto asking = door.stat(options.key);
    const auto text = co_await std::move(asking);
    if (!text)
        co_return report(text.error());
    if (options.wants_json)
    {
        const auto written = write_text(standard::output, *text);
        co_return written ? exit_code::ok : exit_code::failed;
    }
    const auto facts = parse_value_facts(*text);
    if (!facts)
        co_return report({exit_code::failed,
            shown(options.key) + ": the master's answer cannot be read. Is it of this version?"});
    const auto written = write_text(standard::output, format_value_facts(options.key, *facts));
    co_return written ? exit_code::ok : exit_code::failed;
}

}  // namespace

std::string format_value_facts(std::string_view key, const value_facts& facts)
{
    auto text = fmt::format("{}\n", shown(key));
    const auto add = [&](std::string_view name, std::string_view value) {
        if (!value.empty())
            text += fmt::format("  {:<11} {}\n", name, value);
    };
    add("state", facts.state);
    add("size", fmt::format("{} bytes ({})", facts.size, format_size(facts.size)));
    add("etag", facts.etag);
    add("md5", facts.md5);
    add("modified", facts.modified);
    add("generation", fmt::format("{}", facts.generation));
    add("replicas", facts.replicas.empty() ? "none" : fmt::format("{}", facts.replicas.size()));
    for (const auto& one : facts.replicas)
        text += fmt::format("    {:<14} {:<5} {}  {}\n",
            one.volume,
            one.is_up ? "up" : "down",
            one.path,
            without_query(one.url));
    return text;
}

outcome<stat_options> read_stat(const invocation& given)
{
    stat_options options;
    options.master = master_default;
    const auto of = subcommand("stat",
        "[--json] KEY",
        "Shows what the store knows about KEY, its replicas, and where in each volume's directory "
        "its file "
        "lies.",
        {json_row(options.wants_json), master_row(options.master)},
        "a KEY");
    const auto operands = read_arguments(of, given, 1, 1);
    if (!operands)
        return operands.error();
    auto master = address_of_master(of, options.master);
    if (!master)
        return master.error();
    options.master = std::move(*master);
    auto key = parse_key(operands->front());
    if (!key)
        return misuse(of, key.error().message);
    options.key = std::move(*key);
    return options;
}

exit_code run_stat(const invocation& given)
{
    const auto options = read_stat(given);
    if (!options)
        return report(options.error());
    return run_on_loop([&](net::loop& home, net::clock&) { return stat(home, *options); });
}

}  // namespace smol::cli
