#pragma once

// The master as a service: every request finds its verb here.

#include "common/net/exchange.hpp"
#include "master/context.hpp"

namespace smol::master {

class front_door final : public net::service
{
public:
    explicit front_door(context with) : with_(with) {}

    const context& with() const noexcept { return with_; }

    bool serve_now(net::exchange& one) override;
    net::task<void> serve(net::exchange& one) override;

private:
    context with_;
};

}  // namespace smol::master
