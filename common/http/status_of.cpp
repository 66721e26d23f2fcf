#include "common/http/status_of.hpp"

#include "common/base/hex.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace smol::http {
namespace {

unsigned status_of(errc reason) noexcept
{
    switch (reason)
    {
    case errc::not_modified:
        return 304;

    case errc::malformed_request:
    case errc::key_empty:
    case errc::key_reserved:
    case errc::key_malformed:
    case errc::query_invalid:
    case errc::body_truncated:
    case errc::digest_mismatch:
        return 400;
    case errc::key_exists:
    case errc::key_protected:
    case errc::ticket_missing:
    case errc::ticket_invalid:
    case errc::ticket_expired:
    case errc::signature_invalid:
        return 403;
    case errc::not_found:
    case errc::blob_missing:
        return 404;
    case errc::method_not_allowed:
        return 405;
    case errc::request_timeout:
        return 408;
    case errc::write_conflict:
    case errc::key_collision:
        return 409;
    case errc::value_gone:
        return 410;
    case errc::length_required:
        return 411;
    case errc::precondition_failed:
        return 412;
    case errc::body_too_large:
        return 413;
    case errc::target_too_long:
    case errc::key_too_long:
        return 414;
    case errc::range_unsatisfiable:
        return 416;
    case errc::headers_too_large:
    case errc::too_many_headers:
    case errc::meta_too_large:
        return 431;

    case errc::secret_unsafe:
    case errc::blob_damaged:
    case errc::no_user_attributes:
    case errc::index_failed:
    case errc::format_newer:
    case errc::format_damaged:
    case errc::foreign_cluster:
        return 500;
    case errc::peer_refused:
        return 502;
    case errc::too_few_volumes:
    case errc::volumes_down:
    case errc::volume_read_only:
    case errc::too_many_requests:
    case errc::shutting_down:
    case errc::peer_unreachable:
    case errc::outcome_unknown:
        return 503;
    case errc::no_room:
        return 507;
    }
    return 500;
}

}  // namespace

unsigned status_of(const error_code& reason) noexcept
{
    if (reason.category() != smol_category())
        return 500;
    return status_of(static_cast<errc>(reason.value()));
}

std::string refusal_body(const error_code& reason,
    std::string_view detail,
    std::string_view key,
    std::string_view request_id)
{
    std::string message = reason.message();
    if (!detail.empty())
        message += " ";
    message += detail;
    // JSON is UTF-8, and nobody knows what the bytes of a detail are.
    std::replace_if(
        message.begin(),
        message.end(),
        [](char c) { return static_cast<unsigned char>(c) > 127; },
        '?');
    boost::json::object body;
    body["code"] = name_of(reason);
    body["message"] = message;
    if (!key.empty())
        body["key"] = "/" + percent_encode(key, "/");
    body["request_id"] = request_id;
    return boost::json::serialize(body) + "\n";
}

}  // namespace smol::http
