#include "volume/commit_line.hpp"

#include <utility>

namespace smol::volume {

commit_line::commit_line(peers& others)
    : rounds_(
          [&others](std::vector<wire::commit_request> commits) {
              return call(others, std::move(commits));
          },
          wire::commits_max)
{}

net::task<result<wire::commit_answer>> commit_line::commit(wire::commit_request one)
{
    return rounds_.join(std::move(one));
}

net::task<std::vector<commit_line::outcome>> commit_line::call(
    peers& others, std::vector<wire::commit_request> commits)
{
    const auto count = commits.size();
    wire::commit_requests all{std::move(commits)};
    const auto answered = co_await others.commit(std::move(all));
    if (!answered)
        co_return std::vector<outcome>(count, answered.error());
    if (answered->answers.size() != count)
        co_return std::vector<outcome>(count, make_error_code(errc::format_damaged));
    co_return std::vector<outcome>(answered->answers.begin(), answered->answers.end());
}

}  // namespace smol::volume
