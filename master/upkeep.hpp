#pragma once

// What the master does on its own account: reserves the clock's ceiling, forgets what has fallen
// due. Runs against the seams only.

#include "common/net/task.hpp"
#include "master/context.hpp"

namespace smol::master {

// Until `with.background` closes. `with` outlives it.
net::task<void> keep_up(const context& with);

}  // namespace smol::master
