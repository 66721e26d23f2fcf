#pragma once

// GET and HEAD at the front door: a redirect to a replica, a relay, or the place in JSON.

#include "master/context.hpp"

#include <string>

namespace smol::master {

// At once and without a coroutine, where the record is in memory and the value is not relayed.
// False: nothing was answered, await get_value.
bool get_now(net::exchange& one, const context& with);

net::task<void> get_value(net::exchange& one, const context& with, std::string key);

}  // namespace smol::master
