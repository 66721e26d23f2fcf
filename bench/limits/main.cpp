// smol-limits: what the machine can do at most, for the same table as smol itself.

#include "bench/limits/fixed_answer.hpp"
#include "bench/limits/transfer_loops.hpp"
#include "common/config/settings.hpp"
#include "common/ops/signals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace {

using namespace smol;

constexpr int exit_failed = 1;
constexpr int exit_usage = 2;
constexpr std::uint64_t cores_max = 1024;

constexpr const char* summary =
    "What the machine can do at most. sendfile, splice, splice-xxh3, copy and copy-xxh3 move "
    "values "
    "between a file and a loopback socket in one thread and print its CPU time; fixed is an HTTP "
    "server that gives the answer in a file to every request, until SIGTERM.";

struct settings
{
    limits::transfer_plan transfer;
    std::uint64_t peer_core = 0;  // counted from 1; 0: any
    std::string answer_file;
    std::uint16_t port = 0;
    std::uint64_t threads = 1;
};

config::program table_of(settings& to)
{
    using namespace config;
    return {"smol-limits",
        "smol-limits LOOP [FLAG...]",
        summary,
        {
            size("--size", "", to.transfer.bytes, "Of a value."),
            size("--chunk", "", to.transfer.chunk_bytes, "Of one system call."),
            number("--count", "", "N", to.transfer.count, "Values."),
            text("--directory", "", "DIR", to.transfer.directory, "Where files are made."),
            number("--peer-core",
                "",
                "N",
                to.peer_core,
                "Core of the other end, counted from 1; 0: any."),
            text("--answer", "", "FILE", to.answer_file, "fixed: the response, byte for byte."),
            port("--port", "", to.port, "fixed: 0 takes a free one and prints it."),
            number("--threads", "", "N", to.threads, "fixed: event loops."),
        },
        "LOOP",
        false};
}

std::optional<limits::loop> loop_named(std::string_view name)
{
    constexpr std::array<std::string_view, 5> names{
        "sendfile", "splice", "splice-xxh3", "copy", "copy-xxh3"};
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == name)
            return static_cast<limits::loop>(i);
    return std::nullopt;
}

int complain(std::string_view what)
{
    fmt::print(stderr, "smol-limits: {}\n", what);
    return exit_failed;
}

int transfer(const limits::transfer_plan& plan)
{
    if (plan.bytes == 0 || plan.chunk_bytes == 0 || plan.directory.empty())
        return complain("--size, --chunk and --directory are needed");
    const auto cost = limits::run_transfers(plan);
    if (!cost)
        return complain(cost.error().message());
    const auto seconds = [](auto passed) { return std::chrono::duration<double>(passed).count(); };
    fmt::print("{{\"bytes\":{},\"server_cpu_seconds\":{},\"seconds\":{}}}\n",
        cost->bytes,
        seconds(cost->cpu),
        seconds(cost->wall));
    return 0;
}

int serve(const settings& given)
{
    std::ifstream file(given.answer_file, std::ios::binary);
    std::string answer{std::istreambuf_iterator<char>(file), {}};
    if (!file || answer.empty())
        return complain(fmt::format("--answer: cannot read {}", given.answer_file));
    ops::block_signals();
    limits::fixed_answer server(std::move(answer));
    const auto port = server.start(given.port, given.threads);
    if (!port)
        return complain(port.error().message());
    fmt::print("{}\n", *port);
    std::fflush(stdout);
    ops::wait_for_signal(std::chrono::seconds(1), [] {});
    return 0;
}

}  // namespace

int main(int argc, char** argv)
try
{
    settings given;
    const auto table = table_of(given);
    const auto read = config::parse(table, {argv + 1, argv + argc}, {});
    if (read.is == config::verdict::help)
    {
        fmt::print("{}", config::help(table));
        return 0;
    }
    const auto name = read.operands.empty() ? std::string_view() : read.operands.front();
    const auto which = loop_named(name);
    if (read.is == config::verdict::invalid || (!which && name != "fixed"))
    {
        fmt::print(stderr, "{}\n", read.message.empty() ? "one loop is wanted" : read.message);
        return exit_usage;
    }
    if (!which)
        return serve(given);
    given.transfer.what = *which;
    given.transfer.peer_core = static_cast<int>(std::min(given.peer_core, cores_max)) - 1;
    return transfer(given.transfer);
}
catch (const std::exception& failure)
{
    return complain(failure.what());
}
