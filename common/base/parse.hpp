#pragma once

// Numbers, sizes and durations from text: the whole text or nothing. Pure.

#include "common/base/bytes.hpp"
#include "common/base/result.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace smol {

// Decimal digits only: no sign, no space, no overflow; `malformed_request` otherwise.
result<std::uint64_t> parse_number(std::string_view text);

// "4096", "64K", "1M", "2G", "1T": powers of 1,024; an "iB" after the letter is allowed.
result<std::uint64_t> parse_size(std::string_view text);

// "250ms", "10s", "5m", "2h", "14d". A bare number is refused: it has no unit.
result<std::chrono::milliseconds> parse_duration(std::string_view text);

// 1536 -> "1.5 KiB". For people.
std::string format_size(std::uint64_t bytes);

}  // namespace smol
