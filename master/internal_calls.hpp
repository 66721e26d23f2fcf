#pragma once

// POST /-/commit and POST /-/staged: signed calls of volumes.

#include "master/context.hpp"

namespace smol::master {

net::task<void> take_commit(net::exchange& one, const context& with);
net::task<void> take_staged(net::exchange& one, const context& with);

}  // namespace smol::master
