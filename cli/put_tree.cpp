// A directory and all below it into the store.

#include "cli/command.hpp"
#include "cli/key_argument.hpp"
#include "cli/local_file.hpp"
#include "cli/parallel.hpp"
#include "cli/put.hpp"
#include "cli/terminal.hpp"

#include <fmt/format.h>

namespace smol::cli {

namespace {

constexpr std::size_t batch_files = 1000;

// What a tree came to.
struct tally
{
    std::uint64_t stored = 0;
    std::uint64_t bytes = 0;
    std::uint64_t unchanged = 0;
    std::uint64_t failed = 0;
    exit_code code = exit_code::ok;
};

void count_failure(workbench& with, tally& all, const failure& why)
{
    ++all.failed;
    all.code = both_of(all.code, report(with.meter, why));
}

net::task<void> put_entry(
    workbench& with, const put_options& options, tree_walk::entry one, tally& all)
{
    const auto key = parse_key("/" + options.key + one.path);
    if (!key)
    {
        count_failure(with, all, key.error());
        co_return;
    }
    auto putting = put_file(with, *key, options.source + '/' + one.path, options.headers);
    const auto stored = co_await std::move(putting);
    if (stored)
    {
        ++all.stored;
        all.bytes += stored->bytes;
        with.meter.add_file();
        co_return;
    }
    if (stored.error().code == exit_code::refused)
    {
        auto comparing = is_same(with, *key, options.source + '/' + one.path);
        const auto same = co_await std::move(comparing);
        if (same)
        {
            ++all.unchanged;
            with.meter.add_bytes(one.size);
            with.meter.add_file();
            co_return;
        }
    }
    count_failure(with, all, stored.error());
}

// For the bar: a tree is walked once for its size, then again for its files.
void expect_tree(progress_meter& meter, const std::string& root)
{
    tree_walk walk(root);
    for (auto batch = walk.next(batch_files); !batch.empty(); batch = walk.next(batch_files))
        for (const auto& one : batch)
            meter.expect(one.size, 1);
}

void report_walk(workbench& with, tree_walk& walk, tally& all)
{
    for (const auto& path : walk.take_passed_over())
        note(with.meter, path + ": not a regular file, passed over");
    for (auto& why : walk.take_failures())
        count_failure(with, all, {exit_code::failed, std::move(why)});
}

void print_tally(workbench& with, const put_options& options, const tally& all)
{
    with.meter.wipe();
    if (options.wants_json)
    {
        write_text(standard::output,
            fmt::format("{{\"stored\":{},\"bytes\":{},\"unchanged\":{},\"failed\":{}}}\n",
                all.stored,
                all.bytes,
                all.unchanged,
                all.failed));
        return;
    }
    auto line = format_summary(all.stored, all.bytes, with.meter.elapsed()) + " stored";
    if (all.unchanged > 0)
        line += fmt::format(", {} there already", all.unchanged);
    if (all.failed > 0)
        line += fmt::format(", {} failed", all.failed);
    write_text(standard::error, line + '\n');
}

}  // namespace

net::task<exit_code> put_tree(workbench& with, const put_options& options)
{
    if (with.meter.is_shown())
    {
        const auto expect = [&] {
            expect_tree(with.meter, options.source);
            return true;
        };
        auto expecting = net::offload(with.disk, expect);
        co_await std::move(expecting);
    }
    tally all;
    tree_walk walk(options.source);
    for (;;)
    {
        const auto next = [&] { return walk.next(batch_files); };
        auto walking = net::offload(with.disk, next);
        const auto batch = co_await std::move(walking);
        report_walk(with, walk, all);
        if (batch.empty())
            break;
        const std::function<net::task<void>(std::size_t)> one = [&](std::size_t index) {
            return put_entry(with, options, batch[index], all);
        };
        auto batching =
            for_each_index(with.door.home(), with.time, batch.size(), options.jobs, one);
        co_await std::move(batching);
    }
    print_tally(with, options, all);
    co_return all.code;
}

}  // namespace smol::cli
