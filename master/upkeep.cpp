#include "master/upkeep.hpp"

#include "common/base/log.hpp"
#include "master/purge.hpp"

#include <algorithm>
#include <chrono>

namespace smol::master {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds tick = 1s;
constexpr std::chrono::milliseconds purge_pause_max = 10min;

}  // namespace

// The clock's ceiling each second when it is due, and what has fallen due now and then.
net::task<void> keep_up(const context& with)
{
    const auto purge_pause = std::clamp(
        std::chrono::milliseconds(with.settings.ticket_lifetime / 10), tick, purge_pause_max);
    auto since_purge = 0ms;
    for (;;)
    {
        co_await with.time.wait(tick);
        if (with.background.is_closed())
            co_return;
        const auto kept = co_await keep_clock(with.entries, with.generations);
        if (!kept)
            log::warning("clock_not_reserved", {{"reason", name_of(kept.error())}});
        since_purge += tick;
        if (since_purge < purge_pause)
            continue;
        since_purge = 0ms;
        const auto purged =
            co_await purge(with.entries, with.generations.now(), with.of.lifetime_us);
        if (!purged)
            log::warning("purge_failed", {{"reason", name_of(purged.error())}});
    }
}

}  // namespace smol::master
