#pragma once

// Arguments and environment of the `master` program.

#include "master/config.hpp"

#include <optional>
#include <string>
#include <vector>

namespace smol::master {

struct command_line
{
    config settings;
    std::optional<int> exit_code;  // set: everything is said; 0 after --help, 2 for a mistake
};

// Prints help and version on standard output, a mistake on standard error.
command_line parse_command_line(const std::vector<std::string>& arguments);

}  // namespace smol::master
