#pragma once

// The systemd notification protocol (sd_notify(3)): one datagram to $NOTIFY_SOCKET. Without that
// variable every function does nothing. For one thread.

#include <string_view>

namespace smol::ops {

void notify_ready(std::string_view status);
void notify_status(std::string_view status);  // sent only if it is another than the last one
void notify_stopping();
void notify_watchdog();

}  // namespace smol::ops
