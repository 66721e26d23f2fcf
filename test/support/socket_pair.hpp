#pragma once

// A connected pair of streams on loopback, both on one loop.

#include "common/net/stream.hpp"

#include <memory>

namespace smol::test {

struct socket_pair
{
    std::unique_ptr<net::stream> near;
    std::unique_ptr<net::stream> far;
};

// On the loop's thread.
socket_pair make_socket_pair(net::loop& home);

}  // namespace smol::test
