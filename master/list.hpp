#pragma once

// GET /prefix?list and ?unlinked: streamed, a page at a time, however many keys there are.

#include "master/context.hpp"

namespace smol::master {

net::task<void> list_keys(net::exchange& one, const context& with);

}  // namespace smol::master
