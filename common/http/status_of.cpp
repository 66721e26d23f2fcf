#include "common/http/status_of.hpp"

#include "common/base/hex.hpp"

#include <algorithm>
#include <array>

namespace smol::http {
namespace {

struct row
{
    errc reason;
    unsigned status;
};

// In the order of the enumerators.
constexpr std::array<row, 47> statuses{{
    {errc::malformed_request, 400},
    {errc::target_too_long, 414},
    {errc::headers_too_large, 431},
    {errc::too_many_headers, 431},
    {errc::key_empty, 400},
    {errc::key_too_long, 414},
    {errc::key_reserved, 400},
    {errc::key_malformed, 400},
    {errc::query_invalid, 400},
    {errc::method_not_allowed, 405},
    {errc::length_required, 411},
    {errc::body_too_large, 413},
    {errc::body_truncated, 400},
    {errc::digest_mismatch, 400},
    {errc::meta_too_large, 431},
    {errc::precondition_failed, 412},
    {errc::not_modified, 304},
    {errc::range_unsatisfiable, 416},
    {errc::request_timeout, 408},
    {errc::not_found, 404},
    {errc::key_exists, 403},
    {errc::key_protected, 403},
    {errc::write_conflict, 409},
    {errc::key_collision, 409},
    {errc::value_gone, 410},
    {errc::ticket_missing, 403},
    {errc::ticket_invalid, 403},
    {errc::ticket_expired, 403},
    {errc::signature_invalid, 403},
    {errc::secret_unsafe, 500},
    {errc::too_few_volumes, 503},
    {errc::no_room, 507},
    {errc::volumes_down, 503},
    {errc::volume_joining, 503},
    {errc::volume_read_only, 503},
    {errc::too_many_requests, 503},
    {errc::shutting_down, 503},
    {errc::blob_missing, 503},
    {errc::blob_damaged, 500},
    {errc::no_user_attributes, 500},
    {errc::index_failed, 500},
    {errc::peer_unreachable, 503},
    {errc::peer_refused, 502},
    {errc::format_newer, 500},
    {errc::format_damaged, 500},
    {errc::foreign_cluster, 500},
    {errc::outcome_unknown, 503},
}};

constexpr bool in_order()
{
    for (std::size_t at = 0; at < statuses.size(); ++at)
    {
        if (static_cast<std::size_t>(statuses[at].reason) != at + 1)
            return false;
    }
    return true;
}
static_assert(in_order());
static_assert(statuses.back().reason == errc::outcome_unknown, "the last enumerator");

// As a JSON string has it (RFC 8259 section 7). JSON is UTF-8, and nobody knows what the bytes of a
// detail are: those beyond ASCII become question marks.
void append_escaped(std::string& to, std::string_view text)
{
    constexpr std::string_view digits = "0123456789abcdef";
    const auto is_plain = [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte >= ' ' && byte < 128 && c != '"' && c != '\\';
    };
    for (;;)
    {
        const auto first = std::find_if_not(text.begin(), text.end(), is_plain);
        to.append(text.begin(), first);
        text.remove_prefix(static_cast<std::size_t>(first - text.begin()));
        if (text.empty())
            return;
        const char c = text.front();
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            (to += '\\') += c;
        else if (byte < ' ')
            ((to += "\\u00") += digits[byte >> 4U]) += digits[byte & 15U];
        else
            to += '?';
        text.remove_prefix(1);
    }
}

}  // namespace

unsigned status_of(const error_code& reason) noexcept
{
    const auto at = static_cast<std::size_t>(reason.value()) - 1;
    if (reason.category() != smol_category() || at >= statuses.size())
        return 500;
    return statuses[at].status;
}

void append_refusal_body(std::string& to, const refusal& of)
{
    to += R"({"code":")";
    to += name_of(of.reason);
    to += R"(","message":")";
    if (of.reason.category() == smol_category())
        append_escaped(to, sentence_of(of.reason));
    else
        append_escaped(to, of.reason.message());
    if (!of.detail.empty())
        to += ' ';
    append_escaped(to, of.detail);
    if (!of.key.empty())
    {
        to += R"(","key":"/)";
        append_percent_encoded(to, of.key, "/");
    }
    to += R"(","request_id":")";
    append_escaped(to, of.request_id);
    to += "\"}\n";
}

std::string refusal_body(const error_code& reason,
    std::string_view detail,
    std::string_view key,
    std::string_view request_id)
{
    std::string body;
    append_refusal_body(body, {reason, detail, key, request_id});
    return body;
}

}  // namespace smol::http
