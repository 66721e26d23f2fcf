#pragma once

// S7 of all uploads of a server: what comes up while a call to the master is under way goes with
// the next call. Thread-safe; each caller resumes on its own loop.

#include "common/net/rounds.hpp"
#include "volume/peers.hpp"

#include <vector>

namespace smol::volume {

class commit_line
{
public:
    // `others` must outlive it.
    explicit commit_line(peers& others);

    // The master's answer, or the error of the call that it was in: whether it was done is not
    // known then.
    net::task<result<wire::commit_answer>> commit(wire::commit_request one);

private:
    using outcome = result<wire::commit_answer>;

    static net::task<std::vector<outcome>> call(
        peers& others, std::vector<wire::commit_request> commits);

    net::rounds<wire::commit_request, outcome> rounds_;
};

}  // namespace smol::volume
