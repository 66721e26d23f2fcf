#include "volume/receive_value.hpp"

#include "common/base/failpoint.hpp"
#include "volume/put_value.hpp"

#include <cassert>
#include <utility>

namespace smol::volume {

namespace {

// A small value comes in memory, also with the MD5 that follows it to a replica.
static_assert(small_value_bytes_max + md5_tail_bytes <= net::memory_body_bytes_max);

constexpr std::chrono::milliseconds staged_age_min{2'000};  // before the master is asked about it

result<void> check_piece(
    const net::piece& one, std::uint64_t received, const put_order& order, const forwarding* onward)
{
    if (one.size > order.right.size_max || received > order.right.size_max - one.size)
        return errc::body_too_large;
    if (onward && 1 + onward->feeds.hopeful() < onward->replicas_min)
        return errc::too_few_volumes;
    return {};
}

// What has arrived, if it is all and what it was said to be.
result<wire::description> whole_value(
    value_digest& digest, const put_order& order, const value_source& from)
{
    wire::description about{order.key,
        order.right.generation,
        digest.size(),
        digest.xxh3(),
        from.tail ? from.tail->md5() : digest.finish_md5(),
        order.headers};
    const auto promised = from.body.length();
    if (promised && about.size != *promised)
        return errc::body_truncated;
    if (order.content_md5 && about.md5 != order.content_md5)
        return errc::digest_mismatch;
    return about;
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

stage_order stage_of(
    const put_order& order, staged_role role, const net::body_source& value, net::clock& time)
{
    return {order.key,
        order.right.generation,
        role,
        value.length(),
        time.steady() + staged_age_min,
        time.random()};
}

bool is_small(const net::body_source& value, std::uint64_t bytes_max)
{
    return value.length() && *value.length() <= bytes_max;
}

net::task<result<small_value>> receive_small(const put_order& order, value_source from)
{
    value_digest digest(order.md5, from.body.length());
    auto bytes = std::make_shared<std::string>();
    for (;;)
    {
        const auto next = co_await from.body.next();
        if (!next)
            co_return next.error();
        if (next->size == 0)
            break;
        const auto good = check_piece(*next, digest.size(), order, nullptr);
        if (!good)
            co_return good.error();
        assert(next->pipe == nullptr);  // bodies of that size come without
        digest.update(next->bytes);
        bytes->append(as_text(next->bytes));
    }
    auto about = whole_value(digest, order, from);
    if (!about)
        co_return about.error();
    co_return small_value{std::move(*about), std::move(bytes)};
}

net::task<result<wire::description>> receive_value(blob_store& store,
    staged_blob& staged,
    const put_order& order,
    value_source from,
    const forwarding* onward)
{
    value_digest digest(order.md5, from.body.length());
    const auto received = co_await receive_pieces(store, staged, order, from.body, onward, digest);
    if (!received)
        co_return received.error();
    auto about = whole_value(digest, order, from);
    if (!about)
        co_return about.error();
    if (onward)
    {
        onward->feeds.advance(about->size);
        onward->feeds.complete(about->md5);
    }
    const auto sealed = co_await store.seal(staged, *about);
    if (!sealed)
        co_return sealed.error();
    co_return about;
}

}  // namespace smol::volume
