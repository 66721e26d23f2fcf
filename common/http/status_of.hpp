#pragma once

// Reasons -> status codes: the only such table. And the JSON body of a refusal. Pure.

#include "common/base/error.hpp"

#include <string>
#include <string_view>

namespace smol::http {

// 500 for reasons that are not ours (a system call's).
unsigned status_of(const error_code& reason) noexcept;

struct refusal
{
    error_code reason;
    std::string_view detail;      // for people; may be empty
    std::string_view key;         // its bytes; may be empty
    std::string_view request_id;  // plain ASCII
};

// {"code":…,"message":…,"key":…,"request_id":…} and a newline. The message says what, why and what
// to do; the detail, if any, follows it. The key is shown percent-encoded with a leading slash, and
// left out if empty.
void append_refusal_body(std::string& to, const refusal& of);
std::string refusal_body(const error_code& reason,
    std::string_view detail,
    std::string_view key,
    std::string_view request_id);

}  // namespace smol::http
