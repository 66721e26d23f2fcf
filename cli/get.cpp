#include "cli/get.hpp"

#include "cli/command.hpp"
#include "cli/key_argument.hpp"
#include "cli/local_file.hpp"
#include "cli/terminal.hpp"
#include "common/base/parse.hpp"

#include <fmt/format.h>

#include <limits>

namespace smol::cli {

namespace {

config::program get_program(get_options& to)
{
    return subcommand("get",
        "[-r] KEY|PREFIX [FILE|DIR|-]",
        "Reads the value of KEY into FILE, by default the last part of the key; '-' is standard "
        "output. "
        "With -r every key below PREFIX/ becomes a file below DIR, by default the current "
        "directory. A "
        "file is there when it is whole and its digest is right: until then it is FILE.smol-part, "
        "and the "
        "next get goes on where that ends.",
        {
            config::with_letter(
                'r', config::toggle("--recursive", "", to.is_tree, "All keys below PREFIX/.")),
            jobs_row(to.jobs),
            progress_row(to.progress),
            json_row(to.wants_json),
            master_row(to.master),
        },
        "KEY or PREFIX, and FILE or DIR");
}

config::program cat_program(std::string& master)
{
    return subcommand("cat",
        "KEY...",
        "Writes the values of the keys to standard output, one after the other. The digest is "
        "checked when "
        "all of a value has been written: exit code 8 says that what was written is damaged.",
        {master_row(master)},
        "one KEY or more");
}

// "dir/name" -> {"dir", "name"}.
struct place
{
    std::string directory;
    std::string name;
};

place split(const std::string& path)
{
    const auto slash = path.rfind('/');
    if (slash == std::string::npos)
        return {".", path};
    return {slash == 0 ? "/" : path.substr(0, slash), path.substr(slash + 1)};
}

net::task<outcome<std::uint64_t>> get_output(workbench& with, std::string key)
{
    output_sink sink(static_cast<int>(standard::output));
    auto getting = get_value(with, std::move(key), sink);
    auto bytes = co_await std::move(getting);
    co_return bytes;
}

net::task<outcome<std::uint64_t>> get_one(workbench& with, const get_options& options)
{
    if (options.target == "-")
        return get_output(with, options.key);
    const auto to = split(options.target);
    return get_file(with, options.key, to.directory, to.name);
}

void print_result(const get_options& options, std::uint64_t bytes)
{
    if (options.target == "-")
        return;
    const auto line =
        options.wants_json
            ? fmt::format("{{\"key\":{},\"bytes\":{},\"file\":{}}}\n",
                  json_key(options.key),
                  bytes,
                  json_text(options.target))
            : fmt::format("{} -> {}, {}\n", shown(options.key), options.target, format_size(bytes));
    write_text(standard::output, line);
}

net::task<exit_code> get(net::loop& home, net::clock& time, const get_options& options)
{
    front_door door(home, options.master);
    net::pool disk(4);
    progress_meter meter(static_cast<progress_style>(options.progress));
    workbench with{door, disk, time, meter};
    if (options.is_tree)
    {
        auto tree = get_tree(with, options);
        const auto code = co_await std::move(tree);
        co_return code;
    }
    auto getting = get_one(with, options);
    const auto bytes = co_await std::move(getting);
    if (!bytes)
        co_return report(meter, bytes.error());
    meter.wipe();
    print_result(options, *bytes);
    co_return exit_code::ok;
}

net::task<exit_code> cat(net::loop& home, net::clock& time, const cat_options& options)
{
    front_door door(home, options.master);
    net::pool disk(1);
    progress_meter meter(progress_style::off);
    workbench with{door, disk, time, meter};
    auto code = exit_code::ok;
    for (const auto& key : options.keys)
    {
        auto getting = get_output(with, key);
        const auto bytes = co_await std::move(getting);
        if (!bytes)
            code = both_of(code, report(bytes.error()));
    }
    co_return code;
}

}  // namespace

net::task<outcome<std::uint64_t>> get_file(
    workbench& with, std::string key, std::string directory, std::string path)
{
    const auto shown_path = directory + '/' + path;
    const auto open = [&] { return file_sink::open(directory, path); };
    auto opening = net::offload(with.disk, open);
    auto sink = co_await std::move(opening);
    if (!sink && sink.error() == boost::system::errc::operation_would_block)
        co_return failure{exit_code::temporary,
            shown_path + ": another smol writes this file now. Wait for it, or name another file."};
    if (!sink && sink.error() == boost::system::errc::invalid_argument)
        co_return failure{exit_code::failed,
            shown_path +
                ": is there and is not a regular file. 'smol cat' writes where the shell says."};
    if (!sink)
        co_return local(shown_path, "be written", sink.error());
    auto getting = get_value(with, std::move(key), *sink);
    auto bytes = co_await std::move(getting);
    if (!bytes)
    {
        const auto tidy = [&] { return sink->forget_if_empty(); };
        auto tidying = net::offload(with.disk, tidy);
        co_await std::move(tidying);
        co_return bytes;
    }
    const auto complete = [&] { return sink->complete(); };
    auto completing = net::offload(with.disk, complete);
    const auto completed = co_await std::move(completing);
    if (!completed)
        co_return local(shown_path, "be written", completed.error());
    with.meter.add_file();
    co_return bytes;
}

outcome<get_options> read_get(const invocation& given)
{
    get_options options;
    options.master = master_default;
    const auto of = get_program(options);
    const auto operands = read_arguments(of, given, 1, 2);
    if (!operands)
        return operands.error();
    auto master = address_of_master(of, options.master);
    if (!master)
        return master.error();
    options.master = std::move(*master);
    const auto& argument = operands->front();
    auto key = options.is_tree ? parse_tree_prefix(argument) : parse_key(argument);
    if (!key)
        return misuse(of, key.error().message);
    options.key = std::move(*key);
    const bool has_target = operands->size() == 2;
    options.target = options.is_tree ? "." : file_name_of(options.key);
    if (has_target)
        options.target = operands->back();
    if (options.is_tree && options.target == "-")
        return misuse(of, "-r makes files, it cannot write to standard output");
    if (options.target.empty() && has_target)
        return misuse(of, "the name of the file is empty");
    if (options.target.empty())
        return misuse(of, "the key's last part cannot name a file here: say which FILE");
    return options;
}

exit_code run_get(const invocation& given)
{
    auto options = read_get(given);
    if (!options)
        return report(options.error());
    const bool into_directory =
        !options->is_tree && options->target != "-" && is_directory(options->target);
    if (into_directory)
    {
        const auto name = file_name_of(options->key);
        if (name.empty())
            return report({exit_code::usage,
                "smol get: the key's last part cannot name a file here: say which FILE"});
        options->target += '/' + name;
    }
    return run_on_loop(
        [&](net::loop& home, net::clock& time) { return get(home, time, *options); });
}

outcome<cat_options> read_cat(const invocation& given)
{
    cat_options options;
    options.master = master_default;
    const auto of = cat_program(options.master);
    const auto operands = read_arguments(of, given, 1, std::numeric_limits<std::size_t>::max());
    if (!operands)
        return operands.error();
    auto master = address_of_master(of, options.master);
    if (!master)
        return master.error();
    options.master = std::move(*master);
    for (const auto& operand : *operands)
    {
        auto key = parse_key(operand);
        if (!key)
            return misuse(of, key.error().message);
        options.keys.push_back(std::move(*key));
    }
    return options;
}

exit_code run_cat(const invocation& given)
{
    const auto options = read_cat(given);
    if (!options)
        return report(options.error());
    return run_on_loop(
        [&](net::loop& home, net::clock& time) { return cat(home, time, *options); });
}

}  // namespace smol::cli
