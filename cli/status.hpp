#pragma once

// smol status: how the store is, and the one thing to do next.

#include "cli/answers.hpp"
#include "cli/arguments.hpp"

#include <string>

namespace smol::cli {

struct status_options
{
    std::string master;
    bool wants_json = false;
};

outcome<status_options> read_status(const invocation& given);

// The most urgent thing that somebody should do, as a sentence. Pure.
std::string advice_for(const store_facts& facts);

// For people. Pure.
std::string format_store_facts(const store_facts& facts);

// `temporary` while the store cannot take writes.
exit_code run_status(const invocation& given);

}  // namespace smol::cli
