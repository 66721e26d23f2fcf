#include "test/sim/disk_faults.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace smol::sim {

namespace {

constexpr moment operation_min = 10;
constexpr moment operation_max = 3 * millisecond;
constexpr std::uint64_t slow_of_10000 = 100;

constexpr std::array<std::string_view, 5> reads{"open", "read", "read_attribute", "list", "space"};
constexpr std::array<std::string_view, 5> growing{
    "create", "write", "set_attribute", "make_directory", "replace_text"};

template <typename Names>
bool is_one_of(std::string_view name, const Names& names)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

error_code system_error(int number)
{
    return {number, boost::system::system_category()};
}

}  // namespace

void disk_faults::rule(test::memory_disk& over, life& of)
{
    auto begin = [this, &of](std::string_view operation, std::string path) {
        return before(of, operation, std::move(path));
    };
    over.keep_pace({std::move(begin), [this, &of] { return take_time(of); }});
}

net::task<error_code> disk_faults::before(life& of, std::string_view operation, std::string path)
{
    world_.note(of.name(), operation, path);
    co_await take_time(of);
    const auto fault = fault_of(operation);
    if (fault)
        world_.note(of.name(), "disk fails", operation);
    co_return fault;
}

// Half of the time before what is asked has happened, half after: a process that ends meanwhile
// ends before or after it.
net::task<void> disk_faults::take_time(life& of)
{
    auto& fate = world_.fate;
    if (fate.flip())
        co_return;
    auto span = fate.between(operation_min, operation_max);
    if (slow_max != 0 && fate.odds(slow_of_10000))
        span += fate.below(slow_max);
    co_await of.pause(span);
}

error_code disk_faults::fault_of(std::string_view operation)
{
    const bool is_read = is_one_of(operation, reads);
    if (is_dead && !is_read)
        return system_error(EIO);
    if (error_of_10000 != 0 && world_.fate.odds(error_of_10000))
    {
        ++world_.count[counted::disk_errors];
        return system_error(EIO);
    }
    if (is_full && is_one_of(operation, growing))
        return system_error(ENOSPC);
    return {};
}

}  // namespace smol::sim
