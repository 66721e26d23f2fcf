#pragma once

// smol dev: a whole store in one process, to try things: a master and three volumes below one
// directory.

#include "cli/arguments.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace smol::cli {

struct dev_options
{
    std::string directory = "./smol-data";
    std::uint16_t port = 9000;  // of the master; the volumes have the next three. 0: any four
    std::size_t log_level = 3;  // debug, info, warning, error
};

outcome<dev_options> read_dev(const invocation& given);

// Where the data is, four curl lines that work when pasted, and how to stop. Pure.
std::string format_welcome(const std::string& directory, std::uint16_t port);

exit_code run_dev(const invocation& given);

}  // namespace smol::cli
