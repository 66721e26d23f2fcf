#include "volume/value_handlers.hpp"

#include "common/base/failpoint.hpp"
#include "common/base/hex.hpp"
#include "common/wire/record.hpp"
#include "volume/admission.hpp"
#include "volume/put_value.hpp"

#include <boost/asio/this_coro.hpp>

#include <utility>

namespace smol::volume {

namespace {

put_context context_of(site& here, served_volume& at)
{
    return {at.store(), here.others, here.commits, here.time, here.link, here.small_bytes_max};
}

result<put_order> order_of(const net::exchange& one, const site& here, const admitted& by)
{
    return understand({one.request(),
        by.key,
        by.ticket,
        by.right,
        here.md5,
        here.link.clock(here.time.steady())});
}

http::response_head put_head(const put_value_answer& done)
{
    http::response_head head;
    head.status = done.outcome == wire::commit_outcome::created ? 201 : 200;
    head.headers.set("ETag", wire::etag_of(done.value.xxh3));
    if (done.value.md5)
        head.headers.set("Content-MD5", to_hex(*done.value.md5));
    return head;
}

// S10: nobody waits for it.
void publish(const net::executor& home, site& here, const put_context& with, put_value_answer done)
{
    if (done.outcome == wire::commit_outcome::superseded)
        return;
    for (std::size_t i = 1; i < done.holders.size(); ++i)
    {
        const auto& other = done.holders[i];
        const auto& about = done.value;
        if (here.words.add(other.at, {about.key, about.generation, false, other.upload}))
            net::spawn(home, here.background, "tell", here.words.tell(other.at));
    }
    const auto upload = done.holders.front().upload;
    auto publishing = publish_value(with, std::move(done.value), upload);
    net::spawn(home, here.background, "publish", std::move(publishing));
}

net::task<void> put_first(
    net::exchange& one, site& here, const admitted& by, const put_order& order)
{
    const auto with = context_of(here, *by.at);
    auto done = co_await put_value(with, order, one.body());
    if (!done)
    {
        co_await one.refuse(done.error(), {}, by.key);
        co_return;
    }
    auto head = put_head(*done);
    co_await one.respond(std::move(head), {});
    const auto home = co_await asio::this_coro::executor;
    publish(home, here, with, std::move(*done));
}

net::task<void> put_replica(
    net::exchange& one, site& here, const admitted& by, const put_order& order)
{
    const auto with = context_of(here, *by.at);
    const auto staged = co_await stage_replica(with, order, one.body());
    if (!staged)
    {
        co_await one.refuse(staged.error(), {}, by.key);
        co_return;
    }
    http::response_head head;
    head.headers.set("Content-Type", "application/json");
    const auto body = wire::print(*staged);
    co_await one.respond(std::move(head), body);
}

}  // namespace

net::task<void> serve_put(net::exchange& one, site& here)
{
    const auto by = admit(one, here, {wire::operation::put, wire::operation::replica});
    if (!by)
    {
        co_await one.refuse(by.error(), {}, key_of(one));
        co_return;
    }
    const auto order = order_of(one, here, *by);
    if (!order)
    {
        co_await one.refuse(order.error(), {}, by->key);
        co_return;
    }
    if (by->right.op == wire::operation::put)
        co_await put_first(one, here, *by, *order);
    else
        co_await put_replica(one, here, *by, *order);
}

net::task<void> serve_remove(net::exchange& one, site& here)
{
    const auto by = admit(one, here, {wire::operation::remove});
    if (!by)
    {
        co_await one.refuse(by.error(), {}, key_of(one));
        co_return;
    }
    failpoint("remove.before");
    const auto removed = co_await by->at->store().remove(by->key, by->right.generation);
    failpoint("remove.after");
    if (!removed)
    {
        co_await one.refuse(removed.error(), {}, by->key);
        co_return;
    }
    http::response_head head;
    head.status = 204;
    head.body = http::framing::none;
    co_await one.respond(std::move(head), {});
}

}  // namespace smol::volume
