#include "volume/put_order.hpp"

#include "common/base/hex.hpp"
#include "common/key/object_key.hpp"
#include "volume/tailed_body.hpp"

#include <cstring>
#include <utility>

namespace smol::volume {

namespace {

// On a replica's PUT: after the value its body has the 16 bytes of the value's MD5.
constexpr std::string_view md5_header = "Smol-Md5";
constexpr std::string_view md5_follows = "follows";

bool starts_too_late(const put_request& request)
{
    const auto limit = std::chrono::microseconds(put_start_max).count();
    return request.right.op == wire::operation::put &&
           request.clock > request.right.generation + static_cast<std::uint64_t>(limit);
}

// Bytes of the body that come after the value.
result<std::size_t> tail_bytes(const put_request& request)
{
    const auto& head = request.head;
    const auto said = head.headers.find(md5_header);
    if (!said || request.right.op != wire::operation::replica)
        return 0;
    const bool has_room =
        head.body == http::framing::length && head.content_length >= md5_tail_bytes;
    if (*said != md5_follows || !has_room)
        return errc::malformed_request;
    return md5_tail_bytes;
}

}  // namespace

result<put_order> understand(const put_request& request)
{
    if (starts_too_late(request))
        return errc::ticket_expired;
    if (request.head.body == http::framing::none)
        return errc::length_required;
    const auto tail = tail_bytes(request);
    if (!tail)
        return tail.error();
    if (request.head.body == http::framing::length &&
        request.head.content_length - *tail > request.right.size_max)
        return errc::body_too_large;
    auto headers = http::take_stored_headers(request.head.headers);
    if (!headers)
        return headers.error();
    put_order order{
        request.key, request.ticket, request.right, std::move(*headers), {}, request.md5};
    if (*tail > 0)
    {
        order.md5 = md5_rule::follows;
        return order;
    }
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
    const bool follows = length && computes_md5(order.md5, *length);
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
            follows ? std::nullopt : order.content_md5,
            follows,
            nullptr});
    }
    return uploads;
}

http::request_head upload_head(const upload_request& request)
{
    http::request_head head;
    head.method = "PUT";
    head.target = key::encode(request.key) + "?ticket=" + request.ticket;
    http::give_stored_headers(request.headers, head.headers);
    if (request.content_md5)
        head.headers.set("Content-MD5", to_hex(*request.content_md5));
    if (request.md5_follows)
        head.headers.set(md5_header, md5_follows);
    head.body = request.length ? http::framing::length : http::framing::chunked;
    head.content_length = request.length.value_or(0) + (request.md5_follows ? md5_tail_bytes : 0);
    return head;
}

}  // namespace smol::volume
