#pragma once

// DELETE, UNLINK, restore and rebalance at the front door.

#include "master/context.hpp"

#include <string>

namespace smol::master {

net::task<void> delete_value(net::exchange& one, const context& with, std::string key);
net::task<void> unlink_value(net::exchange& one, const context& with, std::string key);
net::task<void> restore_value(net::exchange& one, const context& with, std::string key);

// 204 if the value lies where placement wants it. Moving it is not built yet: 503 says so.
net::task<void> rebalance_value(net::exchange& one, const context& with, std::string key);

}  // namespace smol::master
