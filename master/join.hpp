#pragma once

// POST /-/join: the heartbeat stream of one volume. Its end, or three seconds of silence, means
// that the volume is down.

#include "common/wire/messages.hpp"
#include "master/context.hpp"

#include <string>

namespace smol::master {

net::task<void> serve_volume(net::exchange& one, const context& with);

// Whether a volume that says this may join: foreign_cluster, malformed_request. Pure.
result<void> check_beat(const wire::beat& first, const identity& of);

// An address as the host of a URL. Pure.
std::string host_text(const asio::ip::address& host);

}  // namespace smol::master
