#pragma once

// Who may do what: a request for a key, its ticket, and the volume that the ticket names.

#include "common/net/exchange.hpp"
#include "volume/site.hpp"

#include <initializer_list>
#include <string>
#include <string_view>

namespace smol::volume {

struct granted
{
    wire::ticket right;
    served_volume* at = nullptr;
};

struct admitted
{
    std::string key;
    std::string ticket;  // as it came
    wire::ticket right;
    served_volume* at = nullptr;
};

// ticket_missing; ticket_invalid: not ours, for another operation, or for a volume that is not
// here; ticket_expired; volume_joining: the master has not been heard yet; and what is wrong with
// the key.
result<admitted> admit(
    const net::exchange& one, const site& here, std::initializer_list<wire::operation> allowed);
// The same for a key that has been decoded.
result<granted> redeem(const net::exchange& one,
    const site& here,
    std::string_view key,
    std::initializer_list<wire::operation> allowed);

// The key's bytes for a refusal; empty if the target has none.
std::string key_of(const net::exchange& one);

}  // namespace smol::volume
