#pragma once

// HMAC-SHA256 (RFC 2104), the only way smol signs. Thread-safe.

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace smol {

using mac = std::array<std::byte, 32>;

mac hmac_sha256(std::string_view secret, std::string_view message);

// Takes the same time wherever the first difference is. Lengths are not secret.
bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept;

// `length` bytes from the operating system's generator. Throws if there is none.
std::string random_secret(std::size_t length);

}  // namespace smol
