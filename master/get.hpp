#pragma once

// GET and HEAD at the front door: a redirect to a replica, a relay, or the place in JSON.

#include "master/context.hpp"

#include <string>

namespace smol::master {

net::task<void> get_value(net::exchange& one, const context& with, std::string key);

}  // namespace smol::master
