#pragma once

// The servers that redirects lead to, by number. One for each worker thread.

#include "bench/load/socket_calls.hpp"
#include "common/base/result.hpp"

#include <deque>
#include <string>
#include <string_view>

namespace smol::load {

struct origin
{
    std::string authority;  // "host:port"
    address where;
};

class origins
{
public:
    // The number of the origin with this authority; a new one is resolved, which blocks.
    result<std::size_t> find(std::string_view authority, std::string_view host, std::uint16_t port);

    // Stays where it is.
    const origin& at(std::size_t number) const { return known_[number]; }

private:
    std::deque<origin> known_;
};

}  // namespace smol::load
