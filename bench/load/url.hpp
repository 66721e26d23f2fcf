#pragma once

// URLs of the servers that are measured. Pure.

#include "common/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace smol::load {

// The parts of "http://host[:port][/path]". Views into the text that was parsed.
struct url_view
{
    std::string_view authority;  // "host:port" as it was written
    std::string_view host;       // without the brackets of an IPv6 address
    std::uint16_t port = 80;
    std::string_view target;  // from the first "/" on, with the query; may be empty
};

// malformed_request for other schemes, user names, blanks, or no host.
result<url_view> parse_url(std::string_view text);

}  // namespace smol::load
