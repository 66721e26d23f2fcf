#pragma once

// Bytes <-> lower-case hexadecimal digits, and percent-encoding. Pure.

#include "common/base/bytes.hpp"
#include "common/base/result.hpp"

#include <string>
#include <string_view>

namespace smol {

std::string to_hex(byte_view bytes);

// Only lower-case digits, an even number of them; `malformed_request` otherwise.
result<std::string> from_hex(std::string_view digits);

// RFC 3986 percent-encoding that a decoder gives back byte for byte. Unreserved characters and
// those of `keep` stay as they are. Upper-case digits, as RFC 3986 section 2.1 asks.
std::string percent_encode(std::string_view bytes, std::string_view keep = {});

// `key_malformed` for "%" without two hexadecimal digits of either case.
result<std::string> percent_decode(std::string_view text);

// RFC 4648 base64, standard alphabet with padding; `malformed_request` for anything else.
result<std::string> from_base64(std::string_view text);

// RFC 4648 section 5, no padding.
std::string to_base64url(byte_view bytes);
result<std::string> from_base64url(std::string_view text);

}  // namespace smol
