#include "volume/put_value.hpp"

#include "common/base/failpoint.hpp"
#include "common/base/log.hpp"
#include "common/key/object_key.hpp"
#include "volume/commit_value.hpp"
#include "volume/receive_value.hpp"
#include "volume/replica_feeds.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <utility>

namespace smol::volume {

namespace {

std::chrono::milliseconds tail_limit(const put_limits& limits, std::uint64_t bytes)
{
    const auto seconds = bytes / limits.replica_bytes_per_second_min;
    return limits.replica_tail + std::chrono::seconds(seconds);
}

// An MD5 that only one of them has is no difference: each may keep it by a rule of its own.
bool is_same_value(const wire::receipt& theirs, const wire::description& ours)
{
    const bool differs_in_md5 = theirs.md5 && ours.md5 && *theirs.md5 != *ours.md5;
    return theirs.generation == ours.generation && theirs.size == ours.size &&
           theirs.xxh3 == ours.xxh3 && !differs_in_md5;
}

// S6: those whose size and digests agree with ours.
std::vector<holder> agreeing(
    const replica_feeds& feeds, const put_order& order, const wire::description& ours)
{
    std::vector<holder> holders;
    for (const auto& one : feeds.outcomes())
    {
        if (!one.failure && is_same_value(one.staged, ours))
        {
            holders.push_back({one.at, one.staged.upload});
            continue;
        }
        log::warning("replica_failed",
            {{"volume", one.at.volume},
                {"key", key::encode(order.key)},
                {"why", one.failure ? one.failure.message() : "another size or digest"}});
    }
    return holders;
}

// What came of a write, and whether it may be forgotten at once. Once another volume may have the
// value durable it may not: the sweep first has the master rule out its commit.
struct write_end
{
    result<put_value_answer> outcome;
    bool is_forgettable = false;
};

// S6 to S9, once the value is staged here, or why it is not. The feeds end before it does.
net::task<write_end> settle(const put_context& with,
    const put_order& order,
    const put_limits& limits,
    const staged_blob& staged,
    replica_feeds& feeds,
    result<wire::description> value)
{
    if (!value)
        feeds.abandon();
    const auto tail = tail_limit(limits, value ? value->size : 0);
    co_await feeds.ended(with.time, tail);
    if (!value)
        co_return write_end{value.error(), !feeds.may_be_staged()};
    put_value_answer answer;
    answer.holders = agreeing(feeds, order, *value);
    answer.holders.insert(answer.holders.begin(), {order.right.places.front(), staged.upload()});
    answer.value = std::move(*value);
    const auto committed = co_await commit_value(with, order, limits, answer);
    if (!committed)
    {
        const bool is_decided = committed.error() != errc::outcome_unknown;
        co_return write_end{committed.error(), is_decided && !feeds.may_be_staged()};
    }
    const bool is_superseded = answer.outcome == wire::commit_outcome::superseded;
    co_return write_end{std::move(answer), is_superseded};
}

// S4 to S9.
net::task<write_end> receive_and_commit(const put_context& with,
    const put_order& order,
    net::body_source& body,
    const put_limits& limits,
    staged_blob& staged)
{
    const auto on = co_await asio::this_coro::executor;
    replica_feeds feeds(on, with.others, staged.content());
    feeds.start(replica_uploads(order, body.length(), with.link.secret()));
    const forwarding onward{feeds, order.right.replicas_min};
    const value_source from{body};
    auto value = co_await receive_value(with.store, staged, order, from, &onward);
    co_return co_await settle(with, order, limits, staged, feeds, std::move(value));
}

// S5 to S9 of a value that is staged as a whole.
net::task<write_end> seal_and_commit(const put_context& with,
    const put_order& order,
    const put_limits& limits,
    staged_blob& staged,
    small_value of)
{
    const auto on = co_await asio::this_coro::executor;
    replica_feeds feeds(on, with.others, staged.content());
    auto& about = of.about;
    auto uploads = replica_uploads(order, about.size, with.link.secret());
    for (auto& one : uploads)
        one.bytes = of.bytes;
    feeds.start(std::move(uploads));
    feeds.advance(about.size);
    feeds.complete(about.md5);
    const auto sealed = co_await with.store.seal(staged, about);
    auto value = result<wire::description>(std::move(about));
    if (!sealed)
        value = sealed.error();
    co_return co_await settle(with, order, limits, staged, feeds, std::move(value));
}

net::task<result<put_value_answer>> conclude(
    const put_context& with, staged_blob staged, write_end end)
{
    if (end.is_forgettable)
        co_await with.store.discard(std::move(staged));
    co_return std::move(end.outcome);
}

net::task<result<put_value_answer>> put_small(const put_context& with,
    const put_order& order,
    net::body_source& body,
    const put_limits& limits,
    stage_order asked)
{
    const value_source from{body};
    auto value = co_await receive_small(order, from);
    if (!value)
        co_return value.error();
    auto staged = co_await with.store.stage(std::move(asked), *value);  // S3, S4
    if (!staged)
        co_return staged.error();
    auto end = co_await seal_and_commit(with, order, limits, *staged, std::move(*value));
    co_return co_await conclude(with, std::move(*staged), std::move(end));
}

}  // namespace

net::task<result<put_value_answer>> put_value(const put_context& with,
    const put_order& order,
    net::body_source& body,
    const put_limits& limits)
{
    auto asked = stage_of(order, staged_role::first, body, with.time);
    if (is_small(body, with.small_bytes_max))
        co_return co_await put_small(with, order, body, limits, std::move(asked));
    auto staged = co_await with.store.stage(std::move(asked));  // S3
    if (!staged)
        co_return staged.error();
    auto end = co_await receive_and_commit(with, order, body, limits, *staged);
    co_return co_await conclude(with, std::move(*staged), std::move(end));
}

net::task<void> publish_value(put_context with, wire::description about, std::uint64_t upload)
{
    failpoint("S10.first.before");
    const auto published = co_await with.store.publish(about.key, about.generation, upload);
    if (!published)
    {
        log::warning("publish_failed",
            {{"key", key::encode(about.key)}, {"why", published.error().message()}});
    }
    failpoint("S10.first.after");
}

}  // namespace smol::volume
