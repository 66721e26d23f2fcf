#include "cli/ls.hpp"

#include "cli/command.hpp"
#include "cli/front_door.hpp"
#include "cli/key_argument.hpp"
#include "cli/parallel.hpp"
#include "cli/terminal.hpp"
#include "common/net/offload.hpp"

#include <fmt/format.h>

#include <optional>

namespace smol::cli {

namespace {

// What stands in one page, for --long. A key without facts was deleted meanwhile.
struct page_facts
{
    std::vector<std::optional<value_facts>> of_key;
    std::optional<failure> why;  // the first that went wrong in earnest
};

net::task<void> look_up(
    front_door& door, const std::string& key, std::size_t index, page_facts& all)
{
    auto asking = door.stat(key);
    const auto text = co_await std::move(asking);
    if (!text && text.error().code == exit_code::not_found)
        co_return;
    auto facts = text ? parse_value_facts(*text) : result<value_facts>(errc::format_damaged);
    if (facts)
        all.of_key[index] = std::move(*facts);
    else if (!all.why)
        all.why =
            text ? failure{exit_code::failed,
                       shown(key) + ": the master's answer cannot be read. Is it of this version?"}
                 : text.error();
}

// The page as text; empty facts where --long is not asked for.
std::string format_page(const key_page& page, const page_facts& facts, const ls_options& options)
{
    std::string text;
    for (std::size_t i = 0; i < page.keys.size(); ++i)
    {
        const bool is_gone = options.is_long && !facts.of_key[i];
        if (!is_gone)
            text +=
                format_key(page.keys[i], options.is_long ? &*facts.of_key[i] : nullptr, options);
    }
    return text;
}

net::task<exit_code> print_page(front_door& door,
    net::clock& time,
    net::pool& output,
    const key_page& page,
    const ls_options& options)
{
    page_facts facts;
    if (options.is_long)
    {
        facts.of_key.resize(page.keys.size());
        const std::function<net::task<void>(std::size_t)> one = [&](std::size_t index) {
            return look_up(door, page.keys[index], index, facts);
        };
        auto all = for_each_index(door.home(), time, page.keys.size(), options.jobs, one);
        co_await std::move(all);
        if (facts.why)
            co_return report(*facts.why);
    }
    const auto write = [&] {
        return write_text(standard::output, format_page(page, facts, options));
    };
    auto writing = net::offload(output, write);
    const auto written = co_await std::move(writing);
    co_return written ? exit_code::ok : exit_code::failed;
}

net::task<exit_code> ls(net::loop& home, net::clock& time, const ls_options& options)
{
    front_door door(home, options.master);
    net::pool output(1);
    const auto which =
        options.wants_unlinked ? front_door::listed::unlinked : front_door::listed::live;
    std::string start;
    do
    {
        auto listing = door.list(options.prefix, start, which);
        const auto page = co_await std::move(listing);
        if (!page)
            co_return report(page.error());
        auto printing = print_page(door, time, output, *page, options);
        const auto code = co_await std::move(printing);
        if (code != exit_code::ok)
            co_return code;
        start = page->next;
    } while (!start.empty());
    co_return exit_code::ok;
}

std::string as_it_is(std::string_view key)
{
    return '/' + std::string(key);
}

}  // namespace

std::string format_key(std::string_view key, const value_facts* facts, const ls_options& options)
{
    if (options.wants_json)
    {
        auto line = fmt::format("{{\"key\":{}", json_key(key));
        if (facts)
            line += fmt::format(",\"size\":{},\"etag\":{},\"modified\":{}",
                facts->size,
                json_text(facts->etag),
                json_text(facts->modified));
        return line + "}\n";
    }
    // A script gets the key's bytes; a terminal must not get control bytes.
    const auto name = is_terminal(standard::output) ? shown(key) : as_it_is(key);
    if (!facts)
        return name + '\n';
    return fmt::format("{:>15}  {}  {}  {}\n", facts->size, facts->modified, facts->etag, name);
}

outcome<ls_options> read_ls(const invocation& given)
{
    ls_options options;
    options.master = master_default;
    const auto of = subcommand("ls",
        "[-l] [--json] [PREFIX]",
        "Lists the keys that begin with PREFIX, or all, in the order of their bytes. A key is "
        "printed as "
        "other subcommands take it; with --json as the path of its URL, which holds any bytes.",
        {
            config::with_letter('l',
                config::toggle(
                    "--long", "", options.is_long, "With size in bytes, time and ETag.")),
            json_row(options.wants_json),
            config::toggle("--unlinked", "", options.wants_unlinked, "The hidden keys instead."),
            jobs_row(options.jobs),
            master_row(options.master),
        },
        "a PREFIX");
    const auto operands = read_arguments(of, given, 0, 1);
    if (!operands)
        return operands.error();
    auto master = address_of_master(of, options.master);
    if (!master)
        return master.error();
    options.master = std::move(*master);
    auto prefix = parse_prefix(operands->empty() ? "" : operands->front());
    if (!prefix)
        return misuse(of, prefix.error().message);
    options.prefix = std::move(*prefix);
    return options;
}

exit_code run_ls(const invocation& given)
{
    const auto options = read_ls(given);
    if (!options)
        return report(options.error());
    return run_on_loop([&](net::loop& home, net::clock& time) { return ls(home, time, *options); });
}

}  // namespace smol::cli
