#pragma once

// PUT at the front door: admission, then a redirect, a relay, or the place in JSON.

#include "master/context.hpp"

#include <string>

namespace smol::master {

net::task<void> put_value(net::exchange& one, const context& with, std::string key);

}  // namespace smol::master
