#include "volume/put_order.hpp"

#include "common/base/hex.hpp"

#include <cstring>
#include <utility>

namespace smol::volume {

namespace {

bool starts_too_late(const put_request& request)
{
    const auto limit = std::chrono::microseconds(put_start_max).count();
    return request.right.op == wire::operation::put &&
           request.clock > request.right.generation + static_cast<std::uint64_t>(limit);
}

}  // namespace

result<put_order> understand(const put_request& request)
{
    if (starts_too_late(request))
        return errc::ticket_expired;
    if (request.head.body == http::framing::none)
        return errc::length_required;
    if (request.head.body == http::framing::length &&
        request.head.content_length > request.right.size_max)
        return errc::body_too_large;
    auto headers = http::take_stored_headers(request.head.headers);
    if (!headers)
        return headers.error();
    put_order order{
        request.key, request.ticket, request.right, std::move(*headers), {}, request.md5};
    const auto asked = request.head.headers.find("Content-MD5");
    if (!asked)
        return order;
    const auto digest = parse_content_md5(*asked);
    if (!digest)
        return digest.error();
    order.content_md5 = *digest;
    order.md5 = md5_rule::always;
    return order;
}

result<md5_digest> parse_content_md5(std::string_view text)
{
    md5_digest digest;
    const auto bytes = text.size() == 2 * digest.size() ? from_hex(text) : from_base64(text);
    if (!bytes || bytes->size() != digest.size())
        return errc::malformed_request;
    std::memcpy(digest.data(), bytes->data(), digest.size());
    return digest;
}

std::vector<upload_request> replica_uploads(
    const put_order& order, std::optional<std::uint64_t> length, const hmac_key& secret)
{
    std::vector<upload_request> uploads;
    for (std::size_t i = 1; i < order.right.places.size(); ++i)
    {
        auto right = order.right;
        right.op = wire::operation::replica;
        right.places = {order.right.places[i]};
        uploads.push_back({order.right.places[i],
            order.key,
            wire::issue(right, order.key, secret),
            length,
            order.headers,
            order.content_md5,
            nullptr});
    }
    return uploads;
}

}  // namespace smol::volume
