#pragma once

// Heads that tests of the parser are made of.

#include <cstddef>
#include <string>

namespace smol::http {

// A request with the given lines (each with its end) after a valid Host.
inline std::string get_with(const std::string& lines)
{
    return "GET /k HTTP/1.1\r\nHost: h\r\n" + lines + "\r\n";
}

inline std::string put_with(const std::string& lines)
{
    return "PUT /k HTTP/1.1\r\nHost: h\r\n" + lines + "\r\n";
}

inline std::string many_fields(std::size_t count)
{
    std::string lines;
    for (std::size_t at = 0; at < count; ++at)
        lines += "A: b\r\n";
    return lines;
}

}  // namespace smol::http
