#include "volume/commit_value.hpp"

#include "common/base/broken.hpp"
#include "common/base/failpoint.hpp"
#include "common/base/log.hpp"
#include "common/key/object_key.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <exception>

namespace smol::volume {

namespace {

wire::commit_request commit_of(const put_order& order, const put_value_answer& staged)
{
    wire::commit_request request{order.key,
        order.ticket,
        {staged.value.generation, staged.value.size, staged.value.xxh3, staged.value.md5, 0},
        {}};
    for (const auto& one : staged.holders)
        request.volumes.push_back(one.at.volume);
    return request;
}

// After an attempt without an answer, an expired ticket says nothing of what that attempt did.
result<wire::commit_answer> settled(const wire::commit_answer& answer, bool was_unanswered)
{
    const bool is_refused = answer.outcome == wire::commit_outcome::refused;
    if (was_unanswered && is_refused && error_named(answer.reason) == errc::ticket_expired)
        return errc::outcome_unknown;
    return answer;
}

// S7, asked until it is answered: a commit is idempotent.
net::task<result<wire::commit_answer>> commit_until_known(
    const put_context& with, const wire::commit_request& request, const put_limits& limits)
{
    const auto give_up = with.time.steady() + limits.commit_patience;
    auto pause = limits.commit_pause_min;
    for (bool was_unanswered = false;; was_unanswered = true)
    {
        const auto answer = co_await with.commits.commit(request);
        if (answer)
            co_return settled(*answer, was_unanswered);
        log::warning("commit_unanswered",
            {{"key", key::encode(request.key)}, {"why", answer.error().message()}});
        if (with.time.steady() + pause >= give_up)
            co_return errc::outcome_unknown;
        co_await with.time.wait(pause);
        pause = std::min(2 * pause, limits.commit_pause_max);
    }
}

// What acknowledge_before_commit does instead of S7 and S8.
net::task<void> commit_late(put_context with, wire::commit_request request)
{
    co_await with.commits.commit(request);
}

}  // namespace

net::task<result<void>> commit_value(const put_context& with,
    const put_order& order,
    const put_limits& limits,
    put_value_answer& staged)
{
    if (staged.holders.size() < order.right.replicas_min)
        co_return errc::too_few_volumes;
    failpoint("S6.first");
    const auto request = commit_of(order, staged);
    failpoint("S7.first");
    if (is_broken(breakage::acknowledge_before_commit))
    {
        const auto on = co_await asio::this_coro::executor;
        asio::co_spawn(on, commit_late(with, request), [](std::exception_ptr) {});
        staged.outcome = wire::commit_outcome::created;
        co_return result<void>();
    }
    const auto answer = co_await commit_until_known(with, request, limits);
    if (!answer)
        co_return answer.error();
    failpoint("S9.first");
    staged.outcome = answer->outcome;
    if (answer->outcome == wire::commit_outcome::refused)
        co_return error_named(answer->reason);
    co_return result<void>();
}

}  // namespace smol::volume
