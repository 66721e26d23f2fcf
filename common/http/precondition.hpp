#pragma once

// Conditional requests (RFC 9110 section 13), entity tags and dates. Pure.

#include "common/http/message.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smol::http {

using unix_seconds = std::int64_t;

// "Sun, 06 Nov 1994 08:49:37 GMT", of the year 9999 at most, and the reverse, which reads the two
// obsolete forms as well.
using date_text = std::array<char, 29>;
date_text print_http_date(unix_seconds when) noexcept;
std::string http_date(unix_seconds when);
std::optional<unix_seconds> parse_http_date(std::string_view text);

// What the conditions are held against. No `etag`: there is no current representation.
struct validators
{
    std::optional<std::string> etag;  // quoted, strong
    unix_seconds modified = 0;
};

enum class condition
{
    holds,
    failed,        // 412
    not_modified,  // 304; GET and HEAD only
};

// In the order of RFC 9110 section 13.2.2. An unreadable date is ignored, as section 13.1.3 asks;
// an unreadable list of entity tags matches nothing.
condition evaluate(const request_head& request, const validators& current);

// True if the request carries any condition that `evaluate` looks at.
bool is_conditional(const request_head& request);

// If-Range (section 13.1.5): may the Range be honoured? True without the header.
bool range_applies(const request_head& request, const validators& current);

}  // namespace smol::http
