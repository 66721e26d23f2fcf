#pragma once

// http URLs, as far as smol gives and takes them. Pure.

#include "common/base/result.hpp"

#include <string>
#include <string_view>

namespace smol::cli {

struct url
{
    std::string address;  // "host:port", as net::client_exchange takes it
    std::string target;   // "/path?query"; "/" if the URL has none

    friend bool operator==(const url&, const url&) = default;
};

// "http://host[:port][/path][?query]"; port 80 without one. malformed_request for anything else:
// other schemes, user names, fragments, blanks.
result<url> parse_url(std::string_view text);

// What --master says: an http URL without a path, or just "host:port". Gives the address.
result<std::string> parse_master(std::string_view text);

}  // namespace smol::cli
