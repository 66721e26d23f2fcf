#pragma once

// Headers of a PUT that are kept with the value and given back by GET: Content-Type and
// Smol-Meta-*. Pure.

#include "common/http/message.hpp"

#include <string>
#include <utility>
#include <vector>

namespace smol::http {

// Lengths count as they are stored, that is after `encode_stored`: what is within the limits then
// fits the attributes of a blob whatever its bytes are.
inline constexpr std::size_t meta_bytes_max = 2 * KiB;  // names and values of Smol-Meta-* in all
inline constexpr std::size_t content_type_bytes_max = 256;
inline constexpr std::string_view meta_prefix = "Smol-Meta-";

struct stored_headers
{
    std::string content_type;  // may be empty
    std::vector<std::pair<std::string, std::string>>
        meta;  // name after the prefix, lower case; value

    friend bool operator==(const stored_headers&, const stored_headers&) = default;
};

// How names and values are written in a blob's description: blanks, "%", "=", control bytes and all
// beyond ASCII are percent-encoded, the rest stays.
std::string encode_stored(std::string_view bytes);

// meta_too_large, malformed_request (a control byte in a value, a name twice or empty).
result<stored_headers> take_stored_headers(const fields& request);
void give_stored_headers(const stored_headers& kept, fields& response);

}  // namespace smol::http
