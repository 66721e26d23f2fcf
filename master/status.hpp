#pragma once

// /-/health, /-/ready, /-/status and /-/stat/<key>.

#include "master/context.hpp"

namespace smol::master {

net::task<void> answer_health(net::exchange& one, const context& with);
net::task<void> answer_ready(net::exchange& one, const context& with);
net::task<void> answer_status(net::exchange& one, const context& with);
net::task<void> answer_stat(net::exchange& one, const context& with);

inline constexpr std::string_view stat_path = "/-/stat";

}  // namespace smol::master
