#pragma once

// Work on many things, a few at a time, on one loop.

#include "common/net/clock.hpp"
#include "common/net/loop.hpp"
#include "common/net/task.hpp"

#include <cstddef>
#include <functional>

namespace smol::cli {

// Runs `one(0)` … `one(count - 1)`, starting them in this order, at most `workers` at a time, and
// waits for all. `one` makes a task; what it refers to must outlive the await. A task that throws
// ends its worker; the others go on.
net::task<void> for_each_index(net::loop& home,
    net::clock& time,
    std::size_t count,
    std::size_t workers,
    const std::function<net::task<void>(std::size_t)>& one);

}  // namespace smol::cli
