#pragma once

// The program's own pages below /-/: what other processes call, and what operators look at.

#include "common/net/exchange.hpp"
#include "volume/site.hpp"

namespace smol::volume {

// POST /-/publish, signed: these generations are committed.
net::task<void> serve_publish(net::exchange& one, site& here);

// GET /-/health: 200 as long as the process answers and no volume is read-only, else 503.
net::task<void> serve_health(net::exchange& one, site& here);
// GET /-/ready: 200 once every volume is a member and has caught up, else 503.
net::task<void> serve_ready(net::exchange& one, site& here);
// GET /-/status: everything that is known, as JSON.
net::task<void> serve_status(net::exchange& one, site& here);

}  // namespace smol::volume
