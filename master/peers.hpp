#pragma once

// The peers seam: what the master asks of volumes on its own account.

#include "common/net/client.hpp"
#include "common/net/task.hpp"

#include <string>

namespace smol::master {

class peers
{
public:
    virtual ~peers() = default;

    // DELETE /<key>?ticket=…. Success: what the ticket names is no longer on the volume, durably.
    // peer_unreachable, peer_refused.
    virtual net::task<result<void>> remove(
        std::string address, std::string key, std::string ticket) = 0;
};

// Over HTTP, from the loop that calls.
class http_peers final : public peers
{
public:
    net::task<result<void>> remove(
        std::string address, std::string key, std::string ticket) override;
};

}  // namespace smol::master
