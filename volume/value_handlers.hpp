#pragma once

// GET, HEAD, PUT and DELETE of a value, each by its ticket.

#include "common/net/exchange.hpp"
#include "volume/site.hpp"

namespace smol::volume {

// Answers a GET or HEAD of a value that is at hand; false: nothing was done.
bool get_now(net::exchange& one, site& here);

// All respond exactly once. `one` and `here` must outlive the await.
net::task<void> serve_get(net::exchange& one, site& here);
net::task<void> serve_put(net::exchange& one, site& here);
net::task<void> serve_remove(net::exchange& one, site& here);

}  // namespace smol::volume
