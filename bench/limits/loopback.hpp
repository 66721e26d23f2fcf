#pragma once

// Two connected TCP sockets of this process over the loopback device. Blocking: what epoll costs is
// not part of the machine's limit.

#include "common/base/result.hpp"
#include "common/io/unique_fd.hpp"

#include <cstdint>

namespace smol::limits {

struct loopback
{
    io::unique_fd server;
    io::unique_fd client;
};

result<loopback> connect_loopback();

// Listens on 127.0.0.1; port 0 takes a free one.
result<io::unique_fd> listen_on(std::uint16_t port);
result<std::uint16_t> port_of(int socket);

}  // namespace smol::limits
