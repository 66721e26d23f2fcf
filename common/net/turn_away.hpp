#pragma once

// The end of a connection that is one too many. Private to this room.

#include "common/io/unique_fd.hpp"
#include "common/net/loop.hpp"
#include "common/net/task.hpp"

#include <boost/asio/ip/tcp.hpp>

namespace smol::net {

// It is told so, 503 and Connection: close, and given a moment to hear it: about a second in all.
task<void> turn_away(loop& home, io::unique_fd accepted, asio::ip::tcp protocol);

}  // namespace smol::net
