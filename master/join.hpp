#pragma once

// POST /-/join: the heartbeat stream of one volume. Its end, or three seconds of silence, means
// that the volume is down.

#include "master/context.hpp"

#include <string>

namespace smol::master {

net::task<void> serve_volume(net::exchange& one, const context& with);

// An address as the host of a URL. Pure.
std::string host_text(const asio::ip::address& host);

}  // namespace smol::master
