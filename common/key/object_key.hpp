#pragma once

// What a key is: 1 to 1,024 bytes, any bytes, but not beginning with "-/". On the wire it is the
// path of the request target without its first slash, percent-decoded once; nothing else is
// normalised, so "a//b", "a/../b" and "a/%2e%2e/b" are keys like any other. Pure.

#include "common/base/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace smol::key {

inline constexpr std::size_t key_bytes_max = 1024;
inline constexpr std::string_view reserved_prefix = "-/";

// `path`: the target's path as sent, beginning with "/". Gives the key's bytes.
// key_malformed: bad percent-encoding or no leading slash. key_empty, key_too_long, key_reserved.
result<std::string> decode(std::string_view path);
// The same into `bytes`, whose memory is used again.
result<void> decode(std::string_view path, std::string& bytes);

// As `decode`, but a prefix for listing: may be empty.
result<std::string> decode_prefix(std::string_view path);

// The path that `decode` turns back into `bytes`: "/" and the percent-encoded key. Slashes stay.
std::string encode(std::string_view bytes);
void append_encoded(std::string& to, std::string_view bytes);

}  // namespace smol::key
