#pragma once

// smol stat: what the store knows about a key, and where its files lie.

#include "cli/answers.hpp"
#include "cli/arguments.hpp"

#include <string>
#include <string_view>

namespace smol::cli {

struct stat_options
{
    std::string master;
    std::string key;
    bool wants_json = false;
};

outcome<stat_options> read_stat(const invocation& given);

// For people. Pure.
std::string format_value_facts(std::string_view key, const value_facts& facts);

exit_code run_stat(const invocation& given);

}  // namespace smol::cli
