#include "common/http/status_of.hpp"
#include "common/key/object_key.hpp"
#include "volume/admission.hpp"
#include "volume/get_plan.hpp"
#include "volume/value_handlers.hpp"

#include <algorithm>
#include <utility>

namespace smol::volume {

namespace {

constexpr std::size_t small_bytes_max = 4 * KiB;  // kept as bytes; larger ones as open files

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

// Asked first, because it costs little: most that is not at hand ends here.
bool has_bytes_at_hand(const site& here, std::string_view key)
{
    return std::any_of(here.volumes.begin(), here.volumes.end(), [key](const auto& one) {
        return one->store().has_bytes_at_hand(key);
    });
}

}  // namespace

bool get_now(net::exchange& one, site& here)
{
    auto& space = one.space();
    if (!asks_for_whole(one.request()) || !key::decode(one.target().path, space.key) ||
        !has_bytes_at_hand(here, space.key))
        return false;
    const auto by = admit(one, here, {wire::operation::get});
    if (!by || !by->at->is_serving())
        return false;
    const value_name wanted{by->right.generation, by->right.value.value()};
    const auto found = by->at->store().recall(by->key, wanted);
    if (!found || found->content)
        return false;
    space.head.printed = found->fields;
    one.answer(space.head, found->bytes);
    return true;
}

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

}  // namespace smol::volume
