#pragma once

// smol-bench's arguments. Pure.

#include "bench/load/campaign.hpp"
#include "common/base/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smol::load {

struct command_line
{
    campaign_plan plan;
    bool wants_json = false;
    std::optional<int> exit_code;  // nothing is to be run
    std::string message;           // with it: for standard output, or error if the code is not 0
};

// "get=90,put=5,delete=5"; what is not named is 0, and not all may be. malformed_request.
result<mix_weights> parse_mix(std::string_view text);

// `arguments`: without the program's name.
command_line parse_command_line(const std::vector<std::string>& arguments);

}  // namespace smol::load
