#include "volume/receive_value.hpp"

#include "common/base/failpoint.hpp"

namespace smol::volume {

namespace {

result<void> check_piece(
    const net::piece& one, std::uint64_t received, const put_order& order, const forwarding* onward)
{
    if (one.size > order.right.size_max || received > order.right.size_max - one.size)
        return errc::body_too_large;
    if (onward && 1 + onward->feeds.hopeful() < onward->replicas_min)
        return errc::too_few_volumes;
    return {};
}

result<void> check_whole(const wire::description& about, const put_order& order)
{
    if (order.content_md5 && about.md5 != order.content_md5)
        return errc::digest_mismatch;
    return {};
}

net::task<result<void>> receive_pieces(blob_store& store,
    staged_blob& staged,
    const put_order& order,
    net::body_source& body,
    const forwarding* onward,
    value_digest& digest)
{
    for (;;)
    {
        const auto next = co_await body.next();
        if (!next)
            co_return next.error();
        if (next->size == 0)
            co_return result<void>();
        const auto good = check_piece(*next, digest.size(), order, onward);
        if (!good)
            co_return good;
        if (onward)
            onward->feeds.advance(digest.size());  // one piece behind
        const auto written = co_await store.append(staged, *next, digest);
        if (!written)
            co_return written;
        failpoint(staged.steps().piece);
    }
}

}  // namespace

net::task<result<wire::description>> receive_value(blob_store& store,
    staged_blob& staged,
    const put_order& order,
    net::body_source& body,
    const forwarding* onward)
{
    value_digest digest(order.md5, body.length());
    const auto received = co_await receive_pieces(store, staged, order, body, onward, digest);
    if (!received)
        co_return received.error();
    wire::description about{order.key,
        order.right.generation,
        digest.size(),
        digest.xxh3(),
        digest.finish_md5(),
        order.headers};
    if (body.length() && about.size != *body.length())
        co_return errc::body_truncated;
    const auto whole = check_whole(about, order);
    if (!whole)
        co_return whole.error();
    if (onward)
    {
        onward->feeds.advance(about.size);
        onward->feeds.complete();
    }
    const auto sealed = co_await store.seal(staged, about);
    if (!sealed)
        co_return sealed.error();
    co_return about;
}

}  // namespace smol::volume
