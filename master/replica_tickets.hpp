#pragma once

// Tickets to read one value from its replicas. Pure. What it is made from must outlive it.

#include "common/wire/record.hpp"
#include "master/membership.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace smol::master {

class replica_tickets
{
public:
    // Valid for ten minutes from `now`, on the generation clock.
    replica_tickets(std::string_view key,
        const wire::record& record,
        std::uint64_t now,
        std::string_view secret);

    std::uint64_t expires() const noexcept { return expires_; }

    // Below `base`; an empty one gives the target for a request to the volume itself.
    std::string url(std::string_view base, const member& holder) const;

private:
    std::string_view key_;
    const wire::record& record_;
    std::uint64_t expires_;
    std::string_view secret_;
};

}  // namespace smol::master
