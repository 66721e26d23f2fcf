#pragma once

// POST /-/join: the heartbeat stream of one volume. Its end, or three seconds of silence, means
// that the volume is down.

#include "master/context.hpp"

#include <string>

namespace smol::master {

net::task<void> serve_volume(net::exchange& one, const context& with);

// "host:port" of an address as it appears in a URL. Pure.
std::string address_text(const asio::ip::address& host, std::uint16_t port);

}  // namespace smol::master
