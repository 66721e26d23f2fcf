#pragma once

// CPU time of running processes, from /proc.

#include "common/base/result.hpp"

#include <sys/types.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace smol::load {

// "123,456": process ids. malformed_request for anything else.
result<std::vector<pid_t>> parse_pids(std::string_view text);

// Of all threads of all of them, in user and kernel mode. Nothing for processes that are gone.
std::chrono::nanoseconds cpu_time_of(const std::vector<pid_t>& processes);

// Of this process.
std::chrono::nanoseconds own_cpu_time();

}  // namespace smol::load
