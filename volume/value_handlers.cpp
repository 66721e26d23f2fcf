#include "volume/value_handlers.hpp"

#include "common/base/failpoint.hpp"
#include "common/base/hex.hpp"
#include "common/http/status_of.hpp"
#include "common/wire/record.hpp"
#include "volume/admission.hpp"
#include "volume/get_plan.hpp"
#include "volume/put_value.hpp"

#include <boost/asio/this_coro.hpp>

#include <utility>

namespace smol::volume {

namespace {

constexpr std::size_t small_bytes_max = 4 * KiB;  // kept as bytes; larger ones as open files

put_context context_of(site& here, served_volume& at)
{
    return {at.store(), here.others, here.time, here.link, here.small_bytes_max};
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

http::response_head head_of(get_plan& plan)
{
    http::response_head head;
    head.status = plan.status;
    head.headers = std::move(plan.headers);
    head.content_length = plan.range.size();
    if (plan.status == 304)
        head.body = http::framing::none;
    return head;
}

// A refusal that has headers of its own.
net::task<void> refuse_by_plan(net::exchange& one, const std::string& key, get_plan& plan)
{
    auto head = head_of(plan);
    head.headers.set("Content-Type", "application/json");
    const auto body = http::refusal_body(plan.refusal, {}, key, one.request_id());
    head.content_length = body.size();
    co_await one.respond(std::move(head), body);
}

http::response_head whole_head_of(const found_blob& found)
{
    http::response_head head;
    head.printed = found.fields;
    head.content_length = found.about.size;
    return head;
}

bool is_of_the_file(const error_code& why) noexcept
{
    return why == errc::blob_damaged || why == boost::system::errc::io_error;
}

net::task<void> send_value(net::exchange& one,
    blob_store& from,
    http::response_head head,
    http::byte_range range,
    const found_blob& found)
{
    const bool is_empty = head.body == http::framing::none || range.size() == 0;
    if (is_empty || !found.content)
    {
        auto bytes = std::string_view();
        if (!is_empty)
            bytes = std::string_view(found.bytes).substr(range.begin, range.size());
        co_await one.respond(std::move(head), bytes);
        co_return;
    }
    const auto sent =
        co_await one.respond_file(std::move(head), *found.content, range.begin, range.size());
    if (!sent && is_of_the_file(sent.error()))
        from.distrust(found, sent.error());
}

net::task<void> answer(
    net::exchange& one, blob_store& from, const std::string& key, const found_blob& found)
{
    if (asks_for_whole(one.request()))
    {
        auto head = whole_head_of(found);
        const http::byte_range all{0, found.about.size};
        co_await send_value(one, from, std::move(head), all, found);
        co_return;
    }
    auto plan = plan_get(one.request(), found.about);
    if (plan.refusal)
    {
        co_await refuse_by_plan(one, key, plan);
        co_return;
    }
    auto head = head_of(plan);
    co_await send_value(one, from, std::move(head), plan.range, found);
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

net::task<void> serve_get(net::exchange& one, site& here)
{
    const auto by = admit(one, here, {wire::operation::get});
    if (!by)
    {
        co_await one.refuse(by.error(), {}, key_of(one));
        co_return;
    }
    if (!by->at->is_serving())
    {
        const std::string_view why = "This volume has just come back and first catches up.";
        co_await one.refuse(errc::volume_joining, why, by->key);
        co_return;
    }
    const value_name wanted{by->right.generation, by->right.value.value()};
    auto& store = by->at->store();
    result<shared_blob> found = store.recall(by->key, wanted);
    if (!*found)
        found = co_await store.find(by->key, wanted, small_bytes_max);
    if (found)
        co_await answer(one, store, by->key, **found);
    else
        co_await one.refuse(found.error(), {}, by->key);
}

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
