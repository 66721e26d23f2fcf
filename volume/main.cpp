// The volume server: settings, start, wait for the signal, stop.

#include "common/base/log.hpp"
#include "common/ops/notify.hpp"
#include "common/ops/signals.hpp"
#include "volume/server.hpp"

#include <cstdio>
#include <exception>

int main(int argc, char** argv)
try
{
    using namespace smol;
    const auto parsed =
        volume::parse_config({argv + 1, argv + argc}, config::process_environment());
    if (parsed.is != config::verdict::run)
    {
        const bool is_invalid = parsed.is == config::verdict::invalid;
        std::fputs(parsed.message.c_str(), is_invalid ? stderr : stdout);
        return is_invalid ? 2 : 0;
    }
    log::set_level(parsed.settings.log_level);
    ops::block_signals();
    volume::server server(parsed.settings);
    server.start();
    log::info("volume_started", {{"port", server.port()}});
    ops::notify_ready(server.summary());
    ops::wait_for_signal(std::chrono::seconds(1), [&] {
        server.check();
        ops::notify_status(server.summary());
    });
    ops::notify_stopping();
    server.stop();
    return 0;
}
catch (const std::exception& failure)
{
    std::fprintf(stderr, "volume: %s\n", failure.what());
    return 1;
}
