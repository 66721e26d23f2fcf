#include "cli/dev.hpp"

#include "cli/command.hpp"
#include "cli/front_door.hpp"
#include "cli/terminal.hpp"
#include "common/base/log.hpp"
#include "common/ops/signals.hpp"
#include "master/server.hpp"
#include "volume/server.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <memory>
#include <vector>

namespace smol::cli {

namespace {

constexpr std::uint16_t volumes_count = 3;
constexpr std::chrono::milliseconds ready_limit{15'000};
constexpr std::chrono::milliseconds ready_poll{20};

// The store's processes in one. Volumes end before the master, which their last commits need.
struct small_store
{
    std::unique_ptr<master::server> index;
    std::vector<std::unique_ptr<volume::server>> volumes;

    void stop()
    {
        for (auto& one : volumes)
            one->stop();
        index->stop();
    }
};

std::unique_ptr<master::server> start_master(const dev_options& options)
{
    master::config settings;
    settings.db = options.directory + "/olivedb";
    settings.port = options.port;
    settings.threads = 1;
    auto made = std::make_unique<master::server>(settings);
    made->start();
    return made;
}

std::unique_ptr<volume::server> start_volume(
    const dev_options& options, std::uint16_t number, std::uint16_t master_port)
{
    volume::volume_config settings;
    settings.directories = {fmt::format("{}/volume{}", options.directory, number)};
    settings.port = options.port == 0 ? 0 : static_cast<std::uint16_t>(options.port + number);
    settings.master = fmt::format("http://localhost:{}", master_port);
    settings.threads = 1;
    auto made = std::make_unique<volume::server>(settings);
    made->start();
    return made;
}

small_store start(const dev_options& options)
{
    small_store made;
    made.index = start_master(options);
    for (std::uint16_t number = 1; number <= volumes_count; ++number)
        made.volumes.push_back(start_volume(options, number, made.index->port()));
    return made;
}

bool is_complete(const store_facts& facts)
{
    const auto up = std::count_if(facts.volumes.begin(),
        facts.volumes.end(),
        [](const volume_facts& one) { return one.state == "up"; });
    return facts.is_ready && up >= volumes_count;
}

// Until the volumes have joined; `temporary` if they do not within the limit.
net::task<exit_code> wait_ready(net::loop& home, net::clock& time, std::uint16_t port)
{
    front_door door(home, fmt::format("localhost:{}", port));
    const auto end = time.steady() + ready_limit;
    while (time.steady() < end)
    {
        auto asking = door.status();
        const auto text = co_await std::move(asking);
        const auto facts = text ? parse_store_facts(*text) : result<store_facts>(errc::not_found);
        if (facts && is_complete(*facts))
            co_return exit_code::ok;
        co_await time.wait(ready_poll);
    }
    co_return exit_code::temporary;
}

std::string absolute(const std::string& path)
{
    std::error_code ec;
    const auto found = std::filesystem::weakly_canonical(path, ec);
    return ec ? path : found.string();
}

}  // namespace

std::string format_welcome(const std::string& directory, std::uint16_t port)
{
    const auto url = fmt::format("http://localhost:{}", port);
    return fmt::format(
        "A master and three volumes are running at {0}.\n"
        "Data: {1}\n"
        "  olivedb is the index; volume1, volume2 and volume3 hold the values as files.\n"
        "\n"
        "Try it from another terminal:\n"
        "  curl -L -X PUT -d 'hello, world' {0}/greeting\n"
        "  curl -L {0}/greeting\n"
        "  curl '{0}/?list'\n"
        "  curl -X DELETE {0}/greeting\n"
        "\n"
        "Ctrl-C stops it; the data stays.\n",
        url,
        directory);
}

outcome<dev_options> read_dev(const invocation& given)
{
    dev_options options;
    const auto of = subcommand("dev",
        "[--port N] [DIR]",
        "Runs a master and three volumes in this process, on this machine only, with their data "
        "below DIR "
        "(./smol-data), until Ctrl-C. Everything is as durable as in a real store, but for the one "
        "disk.",
        {
            config::port("--port",
                "PORT",
                options.port,
                "The master's port; the volumes have the next three. 0: any that are free."),
            config::choice("--log-level",
                "SMOL_LOG_LEVEL",
                {"debug", "info", "warning", "error"},
                options.log_level,
                "The least important events to log."),
        },
        "a DIR");
    const auto operands = read_arguments(of, given, 0, 1);
    if (!operands)
        return operands.error();
    if (options.port > std::numeric_limits<std::uint16_t>::max() - volumes_count)
        return misuse(of, "--port: the volumes need the next three ports");
    if (!operands->empty())
        options.directory = operands->front();
    if (options.directory.empty())
        return misuse(of, "the name of the directory is empty");
    return options;
}

exit_code run_dev(const invocation& given)
{
    auto options = read_dev(given);
    if (!options)
        return report(options.error());
    ops::block_signals();
    log::set_level(static_cast<log::level>(options->log_level));
    std::filesystem::create_directories(options->directory);
    options->directory = absolute(options->directory);
    auto store = start(*options);
    const auto port = store.index->port();
    const auto ready = run_on_loop(
        [&](net::loop& home, net::clock& time) { return wait_ready(home, time, port); });
    if (ready == exit_code::ok)
        write_text(standard::output, format_welcome(options->directory, port));
    else
        report({ready, "the volumes have not joined yet; the log says why. Waiting on."});
    ops::wait_for_signal(std::chrono::seconds(1), [&] {
        store.index->check();
        for (auto& one : store.volumes)
            one->check();
    });
    write_text(standard::output, "Stopping.\n");
    store.stop();
    return exit_code::ok;
}

}  // namespace smol::cli
