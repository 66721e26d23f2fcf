#include "master/remove.hpp"

#include "master/commit_decision.hpp"
#include "master/records.hpp"

#include <functional>
#include <utility>

namespace smol::master {

namespace {

constexpr change_step delete_step{"delete.before", "delete.after"};
constexpr change_step unlink_step{"unlink.before", "unlink.after"};
constexpr change_step restore_step{"restore.before", "restore.after"};

using decision =
    std::function<result<removal>(const std::optional<wire::record>& current, std::uint64_t event)>;

result<std::vector<doomed_blob>> decide_and_write(change_view& view,
    generation_clock& generations,
    const std::string& key,
    const decision& decide)
{
    const auto current = read_record(view, key);
    if (!current)
        return current.error();
    const auto event = generations.next();
    if (!event)
        return event.error();
    auto removed = decide(*current, *event);
    if (!removed)
        return removed.error();
    write_record(view, key, removed->write);
    if (removed->write.is == wire::state::tombstone)
        view.put(family::tombstones, generation_entry(*event), key);
    enter_deletions(view, removed->doomed, key);
    return std::move(removed->doomed);
}

net::task<result<std::vector<doomed_blob>>> remove_key(index& entries,
    generation_clock& generations,
    std::string key,
    change_step step,
    decision decide)
{
    std::vector<doomed_blob> doomed;
    change remove;
    remove.step = step;
    remove.decide = [&](change_view& view) -> result<void> {
        auto written = decide_and_write(view, generations, key, decide);
        if (!written)
            return written.error();
        doomed = std::move(*written);
        return {};
    };
    const auto applied = co_await entries.apply(std::move(remove));
    if (!applied)
        co_return applied.error();
    co_return doomed;
}

}  // namespace

net::task<result<std::vector<doomed_blob>>> delete_key(index& entries,
    generation_clock& generations,
    std::string key,
    const http::request_head& request,
    protection policy)
{
    decision decide = [&request, policy](const auto& current, std::uint64_t event) {
        return decide_delete(current, request, policy, event);
    };
    auto doomed =
        co_await remove_key(entries, generations, std::move(key), delete_step, std::move(decide));
    co_return doomed;
}

net::task<result<void>> unlink_key(index& entries,
    generation_clock& generations,
    std::string key,
    const http::request_head& request)
{
    decision decide = [&request](const auto& current, std::uint64_t event) {
        return decide_unlink(current, request, event);
    };
    const auto done =
        co_await remove_key(entries, generations, std::move(key), unlink_step, std::move(decide));
    if (!done)
        co_return done.error();
    co_return result<void>();
}

net::task<result<void>> restore_key(index& entries,
    generation_clock& generations,
    std::string key,
    const http::request_head& request)
{
    decision decide = [&request](const auto& current, std::uint64_t event) {
        return decide_restore(current, request, event);
    };
    const auto done =
        co_await remove_key(entries, generations, std::move(key), restore_step, std::move(decide));
    if (!done)
        co_return done.error();
    co_return result<void>();
}

}  // namespace smol::master
