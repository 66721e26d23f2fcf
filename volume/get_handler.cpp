#include "common/http/status_of.hpp"
#include "common/key/object_key.hpp"
#include "volume/admission.hpp"
#include "volume/get_plan.hpp"
#include "volume/value_handlers.hpp"

#include <utility>

namespace smol::volume {

namespace {

constexpr std::size_t small_bytes_max = 4 * KiB;  // kept as bytes; larger ones as open files

http::response_head head_of(get_plan& plan)
{
    http::response_head head;
    head.status = plan.status;
    head.headers = std::move(plan.headers);
    return head;
}

// A refusal that has headers of its own.
void refuse_by_plan(net::exchange& one, const std::string& key, get_plan& plan)
{
    auto head = head_of(plan);
    head.headers.set("Content-Type", "application/json");
    one.answer(head, http::refusal_body(plan.refusal, {}, key, one.request_id()));
}

void answer_with(net::exchange& one,
    http::response_head& head,
    const shared_blob& found,
    const http::byte_range& range)
{
    if (found->content)
        one.answer_file(head, {found->content.get(), range.begin, range.size(), found});
    else
        one.answer(head, std::string_view(found->bytes).substr(range.begin, range.size()));
}

void answer_whole(net::exchange& one, const shared_blob& found)
{
    auto& head = one.space().head;
    head.printed = found->fields;
    answer_with(one, head, found, {0, found->about.size});
}

void answer(net::exchange& one, const std::string& key, const shared_blob& found)
{
    if (asks_for_whole(one.request()))
        return answer_whole(one, found);
    auto plan = plan_get(one.request(), found->about);
    if (plan.refusal)
        return refuse_by_plan(one, key, plan);
    auto head = head_of(plan);
    answer_with(one, head, found, plan.range);
}

// Whichever value of the key, of whichever volume: asked first, because it costs little and most
// that is not at hand ends here.
shared_blob recall_any(const site& here, std::string_view key)
{
    for (const auto& one : here.volumes)
    {
        if (auto found = one->store().recall(key))
            return found;
    }
    return nullptr;
}

value_name value_of(const wire::ticket& right)
{
    return {right.generation, right.value.value()};
}

}  // namespace

bool get_now(net::exchange& one, site& here)
{
    auto& key = one.space().key;
    if (!key::decode(one.target().path, key))
        return false;
    auto found = recall_any(here, key);
    if (!found)
        return false;
    const auto by = redeem(one, here, key, {wire::operation::get});
    if (!by || !by->at->is_serving())
        return false;
    if (found->store != &by->at->store())
        found = by->at->store().recall(key);
    if (!found || !is_wanted(found->about, key, value_of(by->right)))
        return false;
    answer(one, key, found);
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
    const auto wanted = value_of(by->right);
    auto& store = by->at->store();
    result<shared_blob> found = store.recall(by->key, wanted);
    if (!*found)
        found = co_await store.find(by->key, wanted, small_bytes_max);
    if (found)
        answer(one, by->key, *found);
    else
        co_await one.refuse(found.error(), {}, by->key);
}

}  // namespace smol::volume
