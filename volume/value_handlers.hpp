#pragma once

// GET, HEAD, PUT and DELETE of a value, each by its ticket.

#include "common/net/exchange.hpp"
#include "volume/site.hpp"

namespace smol::volume {

// All respond exactly once. `one` and `here` must outlive the await.
net::task<void> serve_get(net::exchange& one, site& here);
net::task<void> serve_put(net::exchange& one, site& here);
net::task<void> serve_remove(net::exchange& one, site& here);

}  // namespace smol::volume
