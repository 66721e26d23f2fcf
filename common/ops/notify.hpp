#pragma once

// The systemd notification protocol (sd_notify(3)): one datagram to $NOTIFY_SOCKET. Without that
// variable every function does nothing.

#include <chrono>
#include <optional>
#include <string_view>

namespace smol::ops {

void notify_ready(std::string_view status);
void notify_status(std::string_view status);
void notify_stopping();
void notify_watchdog();

// Half of $WATCHDOG_USEC, if it is set and meant for this process.
std::optional<std::chrono::milliseconds> watchdog_interval();

}  // namespace smol::ops
