#pragma once

// The subcommands of `smol`, and the page that names them.

#include "cli/arguments.hpp"
#include "cli/failure.hpp"

#include <string>

namespace smol::cli {

// `given.arguments`: without the program's name; the first is the subcommand.
exit_code run(invocation given);

// What "smol --help" prints.
std::string overview();

}  // namespace smol::cli
