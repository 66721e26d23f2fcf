#pragma once

// A PUT as understood from its head and its ticket, before any byte of the body. Pure.

#include "common/http/message.hpp"
#include "common/http/stored_headers.hpp"
#include "common/wire/ticket.hpp"
#include "volume/peers.hpp"
#include "volume/value_digest.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smol::volume {

// An upload may take as long as its ticket lives, but begins soon after the ticket was made.
inline constexpr std::chrono::minutes put_start_max{15};

struct put_order
{
    std::string key;
    std::string ticket;  // as it came; the commit hands it on
    wire::ticket right;
    http::stored_headers headers;
    std::optional<md5_digest> content_md5;
    md5_rule md5 = md5_rule::small;
};

struct put_request
{
    const http::request_head& head;
    std::string key;
    std::string ticket;
    wire::ticket right;
    md5_rule md5 = md5_rule::small;
    std::uint64_t clock = 0;  // the master's, microseconds
};

// ticket_expired: it was to begin earlier. body_too_large by Content-Length. length_required: no
// body is announced. meta_too_large, malformed_request. Smol-Md5 means nothing without a replica's
// ticket: a client may not name an MD5 that nobody checks.
result<put_order> understand(const put_request& request);

// 24 characters of base64 (RFC 1864) or 32 hexadecimal digits; malformed_request.
result<md5_digest> parse_content_md5(std::string_view text);

// What the other volumes of the ticket are asked; the tickets are made here.
std::vector<upload_request> replica_uploads(
    const put_order& order, std::optional<std::uint64_t> length, const hmac_key& secret);

// Such a question as the volume at the other end gets it.
http::request_head upload_head(const upload_request& request);

}  // namespace smol::volume
