#pragma once

// Requests to handlers: /-/ is the program's own, everything else is a key.

#include "common/net/exchange.hpp"
#include "volume/site.hpp"

namespace smol::volume {

class routes final : public net::service
{
public:
    explicit routes(site& here) : here_(here) {}

    bool serve_now(net::exchange& one) override;
    net::task<void> serve(net::exchange& one) override;

private:
    site& here_;
};

}  // namespace smol::volume
