#pragma once

// How a command runs and what it says at its end.

#include "cli/failure.hpp"
#include "cli/progress.hpp"
#include "common/net/clock.hpp"
#include "common/net/loop.hpp"
#include "common/net/task.hpp"

#include <functional>

namespace smol::cli {

// Prints a failure as one line on standard error; text that comes with `ok` on standard output as
// it is; nothing without a message. Gives the code.
exit_code report(const failure& why);

// The same while a meter may have a bar on the screen.
exit_code report(progress_meter& meter, const failure& why);

// "smol: note: …" on standard error.
void note(progress_meter& meter, std::string_view what);

// Runs `command` on an event loop of its own until it is done. `command` makes the task; what that
// refers to must outlive this call.
exit_code run_on_loop(const std::function<net::task<exit_code>(net::loop&, net::clock&)>& command);

}  // namespace smol::cli
