// Everything below a prefix into a directory.

#include "cli/command.hpp"
#include "cli/get.hpp"
#include "cli/key_argument.hpp"
#include "cli/parallel.hpp"
#include "cli/terminal.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace smol::cli {

namespace {

struct tally
{
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;
    std::uint64_t failed = 0;
    exit_code code = exit_code::ok;
};

void count_failure(workbench& with, tally& all, const failure& why)
{
    ++all.failed;
    all.code = both_of(all.code, report(with.meter, why));
}

net::task<void> get_entry(
    workbench& with, const get_options& options, const std::string& key, tally& all)
{
    const auto path = key.substr(options.key.size());
    if (!is_safe_path(path) || path.ends_with(part_suffix))
    {
        count_failure(with,
            all,
            {exit_code::failed,
                shown(key) +
                    ": cannot be a file below a directory. Get it alone and name the file."});
        co_return;
    }
    auto getting = get_file(with, key, options.target, path);
    const auto bytes = co_await std::move(getting);
    if (!bytes)
    {
        count_failure(with, all, bytes.error());
        co_return;
    }
    ++all.files;
    all.bytes += *bytes;
}

bool make_directories(const std::string& path)
{
    std::error_code ec;
    std::filesystem::create_directories(path, ec);
    return std::filesystem::is_directory(path, ec);
}

void print_tally(workbench& with, const get_options& options, const tally& all)
{
    with.meter.wipe();
    if (options.wants_json)
    {
        write_text(standard::output,
            fmt::format(
                "{{\"files\":{},\"bytes\":{},\"failed\":{}}}\n", all.files, all.bytes, all.failed));
        return;
    }
    auto line = format_summary(all.files, all.bytes, with.meter.elapsed()) + " read";
    if (all.failed > 0)
        line += fmt::format(", {} failed", all.failed);
    write_text(standard::error, line + '\n');
}

// False if there is no place for any file.
net::task<bool> get_page(
    workbench& with, const get_options& options, const key_page& page, tally& all)
{
    const auto make = [&] { return make_directories(options.target); };
    auto making = net::offload(with.disk, make);
    const auto made = co_await std::move(making);
    if (!made)
    {
        count_failure(with,
            all,
            {exit_code::failed,
                fmt::format("{}: cannot be made a directory. Name another one.", options.target)});
        co_return false;
    }
    const std::function<net::task<void>(std::size_t)> one = [&](std::size_t index) {
        return get_entry(with, options, page.keys[index], all);
    };
    auto batch = for_each_index(with.door.home(), with.time, page.keys.size(), options.jobs, one);
    co_await std::move(batch);
    co_return true;
}

}  // namespace

net::task<exit_code> get_tree(workbench& with, const get_options& options)
{
    tally all;
    std::string start;
    do
    {
        auto listing = with.door.list(options.key, start, front_door::listed::live);
        const auto page = co_await std::move(listing);
        if (!page)
            co_return report(with.meter, page.error());
        start = page->next;
        if (page->keys.empty())
            continue;
        auto getting = get_page(with, options, *page, all);
        const auto has_place = co_await std::move(getting);
        if (!has_place)
            break;
    } while (!start.empty());
    if (all.files == 0 && all.failed == 0)
        co_return report(with.meter,
            {exit_code::not_found,
                shown(options.key) + ": no key begins so. 'smol ls' shows what there is."});
    print_tally(with, options, all);
    co_return all.code;
}

}  // namespace smol::cli
