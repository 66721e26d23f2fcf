#include "master/change_verbs.hpp"

#include "master/records.hpp"
#include "master/remove.hpp"

#include <utility>

namespace smol::master {

namespace {

net::task<void> answer_done(net::exchange& one)
{
    http::response_head head;
    head.status = 204;
    co_await one.respond(std::move(head), {});
}

net::task<void> answer(net::exchange& one, const error_code& failure, const std::string& key)
{
    if (failure)
        co_await one.refuse(failure, {}, key);
    else
        co_await answer_done(one);
}

template <typename T>
error_code failure_of(const result<T>& outcome)
{
    return outcome ? error_code() : outcome.error();
}

}  // namespace

net::task<void> delete_value(net::exchange& one, const context& with, std::string key)
{
    const auto doomed = co_await delete_key(
        with.entries, with.generations, key, one.request(), with.settings.guarded());
    if (doomed)
        with.deletions.entered(*doomed, key);
    const auto failure = failure_of(doomed);
    co_await answer(one, failure, key);
}

net::task<void> unlink_value(net::exchange& one, const context& with, std::string key)
{
    const auto done = co_await unlink_key(with.entries, with.generations, key, one.request());
    const auto failure = failure_of(done);
    co_await answer(one, failure, key);
}

net::task<void> restore_value(net::exchange& one, const context& with, std::string key)
{
    const auto done = co_await restore_key(with.entries, with.generations, key, one.request());
    const auto failure = failure_of(done);
    co_await answer(one, failure, key);
}

net::task<void> rebalance_value(net::exchange& one, const context& with, std::string key)
{
    const auto record = co_await read_record(with.entries, key);
    if (!record)
    {
        co_await one.refuse(record.error(), {}, key);
        co_return;
    }
    if (!*record || (*record)->is != wire::state::live)
    {
        co_await one.refuse(errc::not_found, {}, key);
        co_return;
    }
    const auto all = with.members.snapshot();
    const auto replicas = static_cast<std::size_t>(with.settings.replicas);
    const auto volumes = fmt::format("{}", fmt::join((*record)->volumes, ","));
    if (balance_of(key, volumes, *all, replicas) == balance::balanced)
    {
        co_await answer_done(one);
        co_return;
    }
    co_await one.refuse(errc::too_few_volumes,
        "The value does not lie where placement wants it, and this version cannot move it yet. "
        "It stays readable where it is.",
        key);
}

}  // namespace smol::master
