#pragma once

// What the fields of one head say together about its message, where HTTP/1.0 (10) and HTTP/1.1 (11)
// differ. In doubt nothing is guessed: malformed_request. Pure.

#include "common/http/message.hpp"

namespace smol::http {

struct body_length
{
    framing body = framing::none;  // none: neither field is there
    std::uint64_t content_length = 0;
};

// RFC 9112 section 6: one field, of one token or one number.
result<body_length> find_body_length(const fields& headers, unsigned version);

// RFC 9112 section 9.3.
bool wants_keep_alive(const fields& headers, unsigned version);

// RFC 9112 section 3.2: HTTP/1.1 has exactly one Host, HTTP/1.0 at most one.
bool is_host_fine(const fields& headers, unsigned version);

// Is 100-continue expected (RFC 9110 section 10.1.1)? HTTP/1.0 has no expectations, and there is no
// other one.
result<bool> find_expectation(const fields& headers, unsigned version);

}  // namespace smol::http
