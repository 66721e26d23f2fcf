#include "master/context.hpp"

#include "common/wire/signature.hpp"

#include <fmt/format.h>

namespace smol::master {

std::string missing(const context& with)
{
    const auto all = with.members.snapshot();
    const auto needed = replicas_needed(with.settings.replicas_min, all->size());
    const auto up = up_count(*all);
    if (up >= needed)
        return {};
    if (all->empty())
        return "No volume has joined yet.";
    return fmt::format("{} of {} volumes are up; at least {} must be.", up, all->size(), needed);
}

std::string summary(const context& with)
{
    const auto all = with.members.snapshot();
    const auto lacks = missing(with);
    return fmt::format("{} of {} volumes up, {} keys, {} deletions pending{}{}",
        up_count(*all),
        all->size(),
        with.entries.stats().keys,
        with.deletions.pending(),
        lacks.empty() ? "" : ". Not ready: ",
        lacks);
}

net::task<result<void>> respond_json(net::exchange& one, std::string body)
{
    http::response_head head;
    head.headers.add("Content-Type", "application/json");
    head.headers.add("Cache-Control", "no-store");
    const auto sent = co_await one.respond(std::move(head), body);
    co_return sent;
}

result<void> check_internal(const net::exchange& one, std::string_view body, const context& with)
{
    const auto signature = one.request().headers.find(wire::signature_header);
    if (!signature)
        return errc::signature_invalid;
    const wire::signed_call call{one.request().method, one.request().target, body};
    return wire::check_signature(call, *signature, with.time.unix_us(), with.of.secret);
}

}  // namespace smol::master
