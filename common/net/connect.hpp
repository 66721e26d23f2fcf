#pragma once

// From "host:port" to a connection. Private to this room.

#include "common/net/stream.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace smol::net {

struct host_and_port
{
    std::string host;  // without the brackets of an IPv6 address
    std::uint16_t port = 0;
};

// "host:port", "[v6]:port"; malformed_request.
result<host_and_port> parse_address(std::string_view text);

// Tries each address of the host in turn. peer_unreachable, with the reason in the log.
// "localhost" is 127.0.0.1, then ::1. `limit` is for connecting: how long a name server may take is
// for resolv.conf(5) to say.
task<result<std::unique_ptr<stream>>> connect_to(
    loop& home, std::string address, std::chrono::milliseconds limit);

}  // namespace smol::net
