#pragma once

// smol rm: deletes keys.

#include "cli/arguments.hpp"

#include <string>
#include <vector>

namespace smol::cli {

struct rm_options
{
    std::string master;
    std::vector<std::string> keys;
    std::uint64_t jobs = 8;
};

outcome<rm_options> read_rm(const invocation& given);
exit_code run_rm(const invocation& given);

}  // namespace smol::cli
