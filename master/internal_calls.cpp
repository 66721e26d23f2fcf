#include "master/internal_calls.hpp"

#include "common/base/failpoint.hpp"
#include "common/wire/messages.hpp"
#include "master/commit.hpp"

#include <utility>

namespace smol::master {

namespace {

constexpr std::size_t commit_bytes_max = 64 * KiB;
constexpr std::size_t staged_bytes_max = 8 * MiB;

// The body of a call with a good signature.
net::task<result<std::string>> signed_body(
    net::exchange& one, const context& with, std::size_t bytes_max)
{
    auto body = co_await one.read_body(bytes_max);
    if (!body)
        co_return body.error();
    const auto genuine = check_internal(one, *body, with);
    if (!genuine)
        co_return genuine.error();
    co_return body;
}

net::task<result<std::string>> commit_answer(net::exchange& one, const context& with)
{
    const auto body = co_await signed_body(one, with, commit_bytes_max);
    if (!body)
        co_return body.error();
    auto request = wire::parse_commit_request(*body);
    if (!request)
        co_return errc::malformed_request;
    const auto key = request->key;
    const auto outcome =
        co_await commit_value(with.entries, with.generations, with.of, std::move(*request));
    if (!outcome)
        co_return outcome.error();
    with.deletions.entered(outcome->doomed, key);
    failpoint("S9.master");
    co_return wire::print(outcome->answer);
}

net::task<result<std::string>> staged_answer(net::exchange& one, const context& with)
{
    const auto body = co_await signed_body(one, with, staged_bytes_max);
    if (!body)
        co_return body.error();
    auto query = wire::parse_staged_query(*body);
    if (!query)
        co_return errc::malformed_request;
    const auto answer =
        co_await answer_staged(with.entries, with.generations, with.of, std::move(*query));
    if (!answer)
        co_return answer.error();
    co_return wire::print(*answer);
}

net::task<void> respond(net::exchange& one, result<std::string> answer)
{
    if (answer)
        co_await respond_json(one, std::move(*answer));
    else
        co_await one.refuse(answer.error(), {}, {});
}

}  // namespace

net::task<void> take_commit(net::exchange& one, const context& with)
{
    auto answer = co_await commit_answer(one, with);
    co_await respond(one, std::move(answer));
}

net::task<void> take_staged(net::exchange& one, const context& with)
{
    auto answer = co_await staged_answer(one, with);
    co_await respond(one, std::move(answer));
}

}  // namespace smol::master
