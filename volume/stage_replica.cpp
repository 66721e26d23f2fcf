// A PUT on one of the other volumes: received, staged and durable, or nothing left.

#include "common/base/failpoint.hpp"
#include "volume/put_value.hpp"
#include "volume/receive_value.hpp"

#include <utility>

namespace smol::volume {

namespace {

net::task<result<wire::description>> stage_small(const put_context& with,
    const put_order& order,
    value_source from,
    stage_order asked,
    std::optional<staged_blob>& into)
{
    auto value = co_await receive_small(order, from);
    if (!value)
        co_return value.error();
    auto about = value->about;
    auto staged = co_await with.store.stage(std::move(asked), std::move(*value));
    if (!staged)
        co_return staged.error();
    into = std::move(*staged);
    const auto sealed = co_await with.store.seal(*into, about);
    if (!sealed)
        co_return sealed.error();
    co_return about;
}

net::task<result<wire::description>> stage_streamed(const put_context& with,
    const put_order& order,
    value_source from,
    stage_order asked,
    std::optional<staged_blob>& into)
{
    auto staged = co_await with.store.stage(std::move(asked));
    if (!staged)
        co_return staged.error();
    into = std::move(*staged);
    co_return co_await receive_value(with.store, *into, order, from, nullptr);
}

}  // namespace

net::task<result<wire::receipt>> stage_replica(
    const put_context& with, const put_order& order, net::body_source& body)
{
    std::optional<tailed_body> tailed;
    if (order.md5 == md5_rule::follows)
        tailed.emplace(body);
    const value_source from{tailed ? *tailed : body, tailed ? &*tailed : nullptr};
    auto asked = stage_of(order, staged_role::replica, from.body, with.time);
    std::optional<staged_blob> staged;
    auto receiving = is_small(from.body, with.small_bytes_max)
                         ? stage_small(with, order, from, std::move(asked), staged)
                         : stage_streamed(with, order, from, std::move(asked), staged);
    const auto value = co_await std::move(receiving);
    if (!value && staged)
        co_await with.store.discard(std::move(*staged));
    if (!value)
        co_return value.error();
    failpoint("S6.replica");
    co_return wire::receipt{
        value->generation, value->size, value->xxh3, value->md5, staged->upload()};
}

}  // namespace smol::volume
