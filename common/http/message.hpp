#pragma once

// Heads of HTTP/1.x messages as plain values, parsed from bytes and printed to bytes. Beast parses;
// what it lets through and RFC 9112 or prudence forbids is refused here (see parse_request_head).
// Pure.

#include "common/base/bytes.hpp"
#include "common/base/result.hpp"
#include "common/http/fields.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace smol::http {

inline constexpr std::size_t head_bytes_max = 16 * KiB;   // start line and headers together
inline constexpr std::size_t target_bytes_max = 8 * KiB;  // a key may be 3 KiB when encoded
inline constexpr std::size_t fields_max = 64;

// How the length of a body is known.
enum class framing
{
    none,      // no body
    length,    // Content-Length
    chunked,   // Transfer-Encoding: chunked
    to_close,  // responses only: until the connection ends
};

struct request_head
{
    std::string method;
    std::string target;     // origin-form, as sent
    unsigned version = 11;  // 10 or 11
    fields headers;
    framing body = framing::none;
    std::uint64_t content_length = 0;  // with framing::length
    bool keep_alive = true;            // what the client asked for
    bool expects_continue = false;
};

struct response_head
{
    unsigned status = 200;
    fields headers;
    std::string_view printed;  // more of them, by print_fields; whoever made them keeps them
    framing body = framing::length;
    std::uint64_t content_length = 0;
    bool keep_alive = true;
};

// The length of the first head in `bytes`, its empty line included; 0 if it is not there yet.
std::size_t find_head_end(std::string_view bytes) noexcept;

// Why a head of more than head_bytes_max is refused, from what there is of it: target_too_long or
// headers_too_large.
error_code reason_of_long_head(std::string_view beginning) noexcept;

// `bytes`: exactly one head. Refused as malformed_request: any Transfer-Encoding but exactly one
// "chunked" on HTTP/1.1 without Content-Length; duplicate or listed Content-Length; missing or
// double Host; obs-fold; bare CR or LF; raw control or non-ASCII bytes or a fragment in the target;
// absolute-form whose authority is not the Host (one that matches becomes origin-form); "Expect"
// other than 100-continue; a method that is not a token. target_too_long, headers_too_large,
// too_many_headers by the limits above.
result<request_head> parse_request_head(std::string_view bytes);
// The same into `head`, whose memory is used again; it is of no use after an error.
result<void> parse_request_head(std::string_view bytes, request_head& head);

// `method` of the request it answers: HEAD, 1xx, 204 and 304 have no body.
result<response_head> parse_response_head(std::string_view bytes, std::string_view method);

// Start line, fields, framing fields and the empty line. The caller sets no Content-Length,
// Transfer-Encoding or Connection itself.
std::string print(const request_head& head);
std::string print(const response_head& head);
// The same in two parts, between which there is room for further fields, each with its line end.
void append_beginning(std::string& to, const response_head& head);
void append_end(std::string& to, const response_head& head);

// Only the fields, each on its line: for those that many responses have in common.
std::string print_fields(const fields& headers);

std::string_view reason_phrase(unsigned status) noexcept;

}  // namespace smol::http
