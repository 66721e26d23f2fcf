#include "master/internal_calls.hpp"

#include "common/base/failpoint.hpp"
#include "common/net/all_of.hpp"
#include "common/wire/messages.hpp"
#include "master/commit.hpp"

#include <utility>
#include <vector>

namespace smol::master {

namespace {

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

net::task<void> commit_into(
    const context& with, wire::commit_request request, result<wire::commit_answer>& into)
{
    const auto key = request.key;
    auto outcome =
        co_await commit_value(with.entries, with.generations, with.of, std::move(request));
    if (!outcome)
    {
        into = outcome.error();
        co_return;
    }
    with.deletions.entered(outcome->doomed, key);
    into = std::move(outcome->answer);
}

// All at a time, so that one write of the index takes them all. Where one fails none is answered:
// those that were committed give the same answer when they are asked for again.
net::task<result<std::string>> commit_answers(net::exchange& one, const context& with)
{
    const auto body = co_await signed_body(one, with, wire::commits_bytes_max);
    if (!body)
        co_return body.error();
    auto request = wire::parse_commit_requests(*body);
    if (!request)
        co_return errc::malformed_request;
    auto& commits = request->commits;
    std::vector<result<wire::commit_answer>> outcomes(commits.size(), wire::commit_answer());
    std::vector<net::task<void>> all;
    for (std::size_t i = 0; i < commits.size(); ++i)
        all.push_back(commit_into(with, std::move(commits[i]), outcomes[i]));
    co_await net::all_of(std::move(all));
    wire::commit_answers answers;
    for (auto& each : outcomes)
    {
        if (!each)
            co_return each.error();
        answers.answers.push_back(std::move(*each));
    }
    failpoint("S9.master");
    co_return wire::print(answers);
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
    auto answer = co_await commit_answers(one, with);
    co_await respond(one, std::move(answer));
}

net::task<void> take_staged(net::exchange& one, const context& with)
{
    auto answer = co_await staged_answer(one, with);
    co_await respond(one, std::move(answer));
}

}  // namespace smol::master
