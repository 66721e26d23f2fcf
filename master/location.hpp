#pragma once

// The answer to ?location, for clients that can neither follow a redirect nor be relayed. Pure.

#include <cstdint>
#include <string>

namespace smol::master {

struct location
{
    std::string method;
    std::string url;
    std::int64_t expires = 0;  // unix seconds: begin before then
};

// {"method":…,"url":…,"expires":…} and a newline.
std::string print_location(const location& of);

}  // namespace smol::master
