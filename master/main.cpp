// The master: PORT=9000 master [--db DIR] …

#include "common/base/log.hpp"
#include "common/ops/notify.hpp"
#include "common/ops/signals.hpp"
#include "master/command_line.hpp"
#include "master/server.hpp"

#include <chrono>
#include <cstdio>
#include <exception>

int main(int argc, char** argv)
try
{
    smol::ops::block_signals();
    const auto line = smol::master::parse_command_line({argv + 1, argv + argc});
    if (line.exit_code)
        return *line.exit_code;
    smol::log::set_level(line.settings.verbosity());
    smol::master::server server(line.settings);
    server.start();
    smol::ops::notify_ready(server.summary());
    smol::ops::wait_for_signal(std::chrono::seconds(1), [&] {
        server.check();
        smol::ops::notify_status(server.summary());
    });
    smol::ops::notify_stopping();
    server.stop();
    return 0;
}
catch (const std::exception& failure)
{
    std::fprintf(stderr, "master: %s\n", failure.what());
    return 1;
}
