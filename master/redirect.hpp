#pragma once

// Where a client finds a value, and how it is told. Pure.

#include "common/http/message.hpp"
#include "common/wire/record.hpp"
#include "master/membership.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace smol::master {

// "http://host:port" of a volume as this client reaches it, without a final slash: the public URL
// if there is one; for a volume on this machine the host name that the client used for the master
// (its Host header); else the address that the volume's stream comes from.
std::string client_base(const stay& volume, std::string_view host_header);

// "host:port" of `sought` as the volume `asking` reaches it. A volume on the master's machine is
// known by a loopback address, which for a volume elsewhere would be that one's own: there it is
// the address by which it reached the master.
std::string address_for(const stay& asking, const stay& sought);

// The host of "host", "host:port" or "[v6]:port"; empty if it is not a plain host name or address.
std::string_view host_of(std::string_view host_header) noexcept;

// "<base>/<key>?ticket=<ticket>"; with an empty base the target for a request to the volume itself.
std::string ticketed_url(std::string_view base, std::string_view key, std::string_view ticket);

// ETag, Last-Modified and, when known, Content-MD5 in hexadecimal.
void give_validators(const wire::record& of, http::fields& to);

enum class balance
{
    balanced,
    unbalanced,  // the value's volumes are not those that placement prefers
};

// Key-Volumes and Key-Balance.
void give_placement(const wire::record& of, balance is, http::fields& to);

// 307. `urls`: the first one is the Location; the others are given as Link rel=duplicate.
http::response_head redirect_to(const std::vector<std::string>& urls);

}  // namespace smol::master
