#pragma once

// SIGTERM and SIGINT end a process in order; SIGPIPE is ignored. A second signal ends it at once.

#include <chrono>
#include <functional>

namespace smol::ops {

// Blocks the signals in every thread; call first in main, before any thread exists.
void block_signals();

// Waits on the calling thread for SIGTERM or SIGINT, calling `tick` each `interval` meanwhile.
// Returns the signal's number.
int wait_for_signal(std::chrono::milliseconds interval, const std::function<void()>& tick);

}  // namespace smol::ops
