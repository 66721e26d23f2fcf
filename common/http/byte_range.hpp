#pragma once

// Range requests of one range (RFC 9110 section 14). Pure.

#include <cstdint>
#include <string>
#include <string_view>

namespace smol::http {

// Half-open: the bytes from `begin` up to, not including, `end`.
struct byte_range
{
    std::uint64_t begin = 0;
    std::uint64_t end = 0;

    std::uint64_t size() const { return end - begin; }
    friend bool operator==(const byte_range&, const byte_range&) = default;
};

enum class range_verdict
{
    whole,  // no Range, or one that we may ignore: malformed, other unit, several ranges
    partial,
    unsatisfiable,  // 416
};

struct evaluated_range
{
    range_verdict verdict;
    byte_range range;  // with `whole` all of the value; empty with `unsatisfiable`
};

evaluated_range evaluate_range(std::string_view header, std::uint64_t size);

// "bytes 0-4/10"
std::string content_range(byte_range range, std::uint64_t size);
// "bytes */10"
std::string content_range_unsatisfied(std::uint64_t size);

}  // namespace smol::http
