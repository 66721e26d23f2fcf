#include "cli/rm.hpp"

#include "cli/command.hpp"
#include "cli/front_door.hpp"
#include "cli/key_argument.hpp"
#include "cli/parallel.hpp"

#include <limits>

namespace smol::cli {

namespace {

net::task<void> remove_one(front_door& door, const std::string& key, exit_code& all)
{
    auto removing = door.remove(key);
    const auto removed = co_await std::move(removing);
    if (!removed)
        all = both_of(all, report(removed.error()));
}

net::task<exit_code> rm(net::loop& home, net::clock& time, const rm_options& options)
{
    front_door door(home, options.master);
    auto code = exit_code::ok;
    const std::function<net::task<void>(std::size_t)> one = [&](std::size_t index) {
        return remove_one(door, options.keys[index], code);
    };
    auto all = for_each_index(home, time, options.keys.size(), options.jobs, one);
    co_await std::move(all);
    co_return code;
}

}  // namespace

outcome<rm_options> read_rm(const invocation& given)
{
    rm_options options;
    options.master = master_default;
    const auto of = subcommand("rm",
        "KEY...",
        "Deletes the keys and their values. Deleted is deleted: there is no way back.",
        {jobs_row(options.jobs), master_row(options.master)},
        "one KEY or more");
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

exit_code run_rm(const invocation& given)
{
    const auto options = read_rm(given);
    if (!options)
        return report(options.error());
    return run_on_loop([&](net::loop& home, net::clock& time) { return rm(home, time, *options); });
}

}  // namespace smol::cli
