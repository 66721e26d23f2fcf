#include "cli/put.hpp"

#include "cli/command.hpp"
#include "cli/key_argument.hpp"
#include "cli/local_file.hpp"
#include "cli/terminal.hpp"
#include "common/base/parse.hpp"

#include <fmt/format.h>

namespace smol::cli {

namespace {

// "colour=blue" -> a Smol-Meta-Colour header.
config::setting meta_row(http::fields& to)
{
    config::setting row;
    row.flag = "--meta";
    row.placeholder = "NAME=VALUE";
    row.help = "Kept with the value and given back as Smol-Meta-NAME; may be repeated.";
    row.expects = "like NAME=VALUE, with letters, digits and dashes in the name";
    row.store = [&to](std::string_view text) -> result<void> {
        const auto equals = text.find('=');
        const auto name = text.substr(0, equals);
        const bool plain =
            name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                   "0123456789-") == std::string_view::npos;
        if (equals == std::string_view::npos || name.empty() || !plain)
            return errc::malformed_request;
        to.add("Smol-Meta-" + std::string(name), text.substr(equals + 1));
        return {};
    };
    return row;
}

config::setting header_row(std::string flag,
    std::string placeholder,
    std::string header,
    http::fields& to,
    std::string help)
{
    config::setting row;
    row.flag = std::move(flag);
    row.placeholder = std::move(placeholder);
    row.help = std::move(help);
    row.expects = "a header's value: something, and all on one line";
    row.store = [&to, header = std::move(header)](std::string_view text) -> result<void> {
        if (text.empty() || text.find_first_of("\r\n") != std::string_view::npos)
            return errc::malformed_request;
        to.set(header, text);
        return {};
    };
    return row;
}

config::program put_program(put_options& to)
{
    return subcommand("put",
        "[-r] FILE|DIR|- [KEY|PREFIX]",
        "Stores FILE under KEY, by default its name; '-' reads standard input. With -r every "
        "regular file "
        "below DIR is stored under PREFIX/ and its path; those that the store already has with the "
        "same "
        "content count as done, so a broken run can be repeated. The digest of what was stored is "
        "compared "
        "with that of what was read.",
        {
            config::with_letter(
                'r', config::toggle("--recursive", "", to.is_tree, "A whole directory.")),
            jobs_row(to.jobs),
            header_row(
                "--type", "TYPE", "Content-Type", to.headers.kept, "Content-Type of the value."),
            meta_row(to.headers.kept),
            header_row("--if-match",
                "ETAG",
                "If-Match",
                to.headers.conditions,
                "Replace the value only if it is still this one, as 'smol stat' shows it, quotes "
                "included."),
            progress_row(to.progress),
            json_row(to.wants_json),
            master_row(to.master),
        },
        "FILE or DIR, and KEY or PREFIX");
}

net::task<outcome<stored_value>> put_one(workbench& with, const put_options& options)
{
    if (options.source == "-")
        return put_stream(with, options.key, static_cast<int>(standard::input), options.headers);
    return put_file(with, options.key, options.source, options.headers);
}

std::string format_stored(const put_options& options, const stored_value& stored)
{
    if (options.wants_json)
        return fmt::format("{{\"key\":{},\"bytes\":{},\"etag\":{},\"created\":{}}}\n",
            json_key(options.key),
            stored.bytes,
            json_text(stored.etag),
            stored.was_created);
    const auto* verb = stored.was_created ? "created" : "replaced";
    return fmt::format(
        "{} {}, {}, {}\n", shown(options.key), verb, format_size(stored.bytes), stored.etag);
}

net::task<exit_code> put(net::loop& home, net::clock& time, const put_options& options)
{
    front_door door(home, options.master);
    net::pool disk(4);
    progress_meter meter(static_cast<progress_style>(options.progress));
    workbench with{door, disk, time, meter};
    if (options.is_tree)
    {
        auto tree = put_tree(with, options);
        const auto code = co_await std::move(tree);
        co_return code;
    }
    if (meter.is_shown() && options.source != "-")
    {
        const auto open = [&] { return open_source(options.source); };
        auto opening = net::offload(disk, open);
        const auto file = co_await std::move(opening);
        meter.expect(file ? file->size : 0, 0);
    }
    auto putting = put_one(with, options);
    const auto stored = co_await std::move(putting);
    if (!stored)
        co_return report(meter, stored.error());
    meter.wipe();
    const auto written = write_text(standard::output, format_stored(options, *stored));
    co_return written ? exit_code::ok : exit_code::failed;
}

}  // namespace

outcome<put_options> read_put(const invocation& given)
{
    put_options options;
    options.master = master_default;
    const auto of = put_program(options);
    const auto operands = read_arguments(of, given, 1, 2);
    if (!operands)
        return operands.error();
    auto master = address_of_master(of, options.master);
    if (!master)
        return master.error();
    options.master = std::move(*master);
    options.source = operands->front();
    const bool has_key = operands->size() == 2;
    if (options.source == "-" && options.is_tree)
        return misuse(of, "-r stores a directory, not standard input");
    if (options.source == "-" && !has_key)
        return misuse(of, "a KEY is needed for standard input: smol put - KEY");
    const auto name = has_key ? operands->back() : file_name_of(options.source);
    auto key =
        options.is_tree ? parse_tree_prefix(has_key ? operands->back() : "") : parse_key(name);
    if (!key)
        return misuse(of, key.error().message);
    options.key = std::move(*key);
    return options;
}

exit_code run_put(const invocation& given)
{
    const auto options = read_put(given);
    if (!options)
        return report(options.error());
    if (options->is_tree && !is_directory(options->source))
        return report({exit_code::usage,
            fmt::format("smol put: -r wants a directory, and '{}' is none", options->source)});
    return run_on_loop(
        [&](net::loop& home, net::clock& time) { return put(home, time, *options); });
}

}  // namespace smol::cli
