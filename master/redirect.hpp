#pragma once

// Where a client finds a value, and how it is told. Pure.

#include "common/http/message.hpp"
#include "common/wire/record.hpp"
#include "master/membership.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace smol::master {

// "http://host:port" of a volume as this client reaches it, without a final slash: the public URL
// if there is one; for a volume on this machine the host name that the client used for the master
// (its Host header); else the address that the volume's stream comes from.
std::string client_base(const stay& volume, std::string_view host_header);
void append_client_base(std::string& to, const stay& volume, std::string_view host_header);

// "host:port" of `sought` as the volume `asking` reaches it. A volume on the master's machine is
// known by a loopback address, which for a volume elsewhere would be that one's own: there it is
// the address by which it reached the master.
std::string address_for(const stay& asking, const stay& sought);

// The host of "host", "host:port" or "[v6]:port"; empty if it is not a plain host name or address.
std::string_view host_of(std::string_view host_header) noexcept;

// "<base>/<key>?ticket=<ticket>"; with an empty base the target for a request to the volume itself.
std::string ticketed_url(std::string_view base, std::string_view key, std::string_view ticket);
// What is between base and ticket.
void begin_ticketed_path(std::string& to, std::string_view key);

// ETag, Last-Modified and, when known, Content-MD5 in hexadecimal.
void give_validators(const wire::record_facts& of, http::fields& to);

enum class balance
{
    balanced,
    unbalanced,  // the value's volumes are not those that placement prefers
};

// Key-Volumes and Key-Balance.
void give_placement(const wire::record_view& of, balance is, http::fields& to);

// A 307 that nobody keeps; where to is added by add_replica.
void begin_redirect(http::response_head& head);

// The first one becomes the Location, the others are given as Link rel=duplicate.
void add_replica(std::string_view url, http::fields& to);

}  // namespace smol::master
