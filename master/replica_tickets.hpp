#pragma once

// Tickets to read one value from its replicas. Pure. What it is made from must outlive it.

#include "common/base/hmac.hpp"
#include "common/wire/record.hpp"
#include "common/wire/ticket.hpp"
#include "master/membership.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace smol::master {

class replica_tickets
{
public:
    // Of that value, valid for ten minutes from `now`, on the generation clock.
    replica_tickets(std::string_view key,
        const wire::record_facts& of,
        std::uint64_t now,
        const hmac_key& secret);

    std::uint64_t expires() const noexcept { return expires_; }

    // Below `base`; an empty one gives the target for a request to the volume itself.
    std::string url(std::string_view base, const member& holder);
    // What comes after the base.
    void append_path(std::string& to, const member& holder);

private:
    std::string_view key_;
    std::uint64_t expires_;
    wire::get_tickets tickets_;
};

}  // namespace smol::master
