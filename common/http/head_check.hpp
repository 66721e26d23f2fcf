#pragma once

// Checks of a head's own bytes, before and beside the parser, which is more forgiving than we are.
// Pure.

#include "common/base/result.hpp"

#include <string_view>

namespace smol::http {

// RFC 9110 section 5.6.2; not empty.
bool is_token(std::string_view text) noexcept;

// Host of RFC 9110 section 7.2: a name or an address, and a port if there is a colon. Not empty.
bool is_authority(std::string_view text) noexcept;

// Lines of exactly one head, the last one empty. Refused as malformed_request: bare CR or LF,
// control bytes (but tabs in field values), a field name that is not a token directly before its
// colon, a line that continues another one (obs-fold), and a tab in a field that frames or routes
// the message. The start line is only searched for control bytes.
result<void> check_lines(std::string_view head);

// One field line with its line end, by the same rules.
result<void> check_field_line(std::string_view line);

// "method SP target SP version" in visible ASCII, and a target without a fragment; without line
// end.
bool is_request_line(std::string_view line) noexcept;

}  // namespace smol::http
