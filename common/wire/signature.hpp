#pragma once

// Signatures of internal calls: header `Smol-Signature: <microseconds>.<base64url of HMAC-SHA256>`
// over method, target, time and body. A replay within the window is harmless: every internal call
// is idempotent. Pure.

#include "common/base/hmac.hpp"
#include "common/base/result.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace smol::wire {

inline constexpr std::string_view signature_header = "Smol-Signature";
inline constexpr std::chrono::seconds signature_window{60};  // either way

struct signed_call
{
    std::string_view method;
    std::string_view target;
    std::string_view body;
};

std::string sign(const signed_call& call, std::uint64_t now_us, const hmac_key& secret);

// signature_invalid: wrong, unreadable, or outside the window.
result<void> check_signature(
    const signed_call& call, std::string_view header, std::uint64_t now_us, const hmac_key& secret);

}  // namespace smol::wire
