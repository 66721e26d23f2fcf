#pragma once

// smol ls: keys, page by page, in bounded memory however many there are.

#include "cli/answers.hpp"
#include "cli/arguments.hpp"

#include <string>
#include <string_view>

namespace smol::cli {

struct ls_options
{
    std::string master;
    std::string prefix;  // may be empty
    std::uint64_t jobs = 8;
    bool is_long = false;
    bool wants_json = false;
    bool wants_unlinked = false;
};

outcome<ls_options> read_ls(const invocation& given);

// One line of the list. Pure. `facts`: with --long; none without.
std::string format_key(std::string_view key, const value_facts* facts, const ls_options& options);

exit_code run_ls(const invocation& given);

}  // namespace smol::cli
