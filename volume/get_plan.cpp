#include "volume/get_plan.hpp"

#include "common/base/hex.hpp"
#include "common/http/precondition.hpp"
#include "common/http/status_of.hpp"
#include "common/wire/record.hpp"

namespace smol::volume {

namespace {

http::fields validating_headers(const http::validators& current)
{
    http::fields headers;
    headers.set("ETag", *current.etag);
    headers.set("Last-Modified", http::http_date(current.modified));
    return headers;
}

void describe(const wire::description& about, http::fields& headers)
{
    headers.set("Accept-Ranges", "bytes");
    headers.set("Content-Type", "application/octet-stream");  // unless the client named one
    http::give_stored_headers(about.headers, headers);
}

get_plan refuse(errc reason, http::fields headers)
{
    return {http::status_of(reason), std::move(headers), {}, reason};
}

// Range is defined for GET only (RFC 9110 section 14.2).
http::evaluated_range range_of(
    const http::request_head& request, const http::validators& current, std::uint64_t size)
{
    const auto asked = request.headers.find("Range");
    if (request.method != "GET" || !asked || !http::range_applies(request, current))
        return {http::range_verdict::whole, {0, size}};
    return http::evaluate_range(*asked, size);
}

}  // namespace

get_plan plan_get(const http::request_head& request, const wire::description& about)
{
    const http::validators current{
        wire::etag_of(about.xxh3), wire::unix_seconds_of(about.generation)};
    auto headers = validating_headers(current);
    const auto condition = http::evaluate(request, current);
    if (condition == http::condition::failed)
        return refuse(errc::precondition_failed, std::move(headers));
    if (condition == http::condition::not_modified)
        return {304, std::move(headers), {}, {}};
    const auto wanted = range_of(request, current, about.size);
    if (wanted.verdict == http::range_verdict::unsatisfiable)
    {
        headers.set("Content-Range", http::content_range_unsatisfied(about.size));
        return refuse(errc::range_unsatisfiable, std::move(headers));
    }
    describe(about, headers);
    if (wanted.verdict == http::range_verdict::partial)
    {
        headers.set("Content-Range", http::content_range(wanted.range, about.size));
        return {206, std::move(headers), wanted.range, {}};
    }
    if (about.md5)
        headers.set("Content-MD5", to_hex(*about.md5));
    return {200, std::move(headers), {0, about.size}, {}};
}

bool asks_for_whole(const http::request_head& request)
{
    return !http::is_conditional(request) && !request.headers.find("Range");
}

std::string whole_value_fields(const wire::description& about)
{
    http::request_head plain;
    plain.method = "GET";
    return http::print_fields(plan_get(plain, about).headers);
}

}  // namespace smol::volume
