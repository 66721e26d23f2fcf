#pragma once

// S8: a staged value becomes the key's value, in one synced batch. Idempotent by generation.
// And what volumes ask about their staging. Runs against the seams only.

#include "common/net/task.hpp"
#include "common/wire/messages.hpp"
#include "master/deletions.hpp"
#include "master/generation_clock.hpp"
#include "master/identity.hpp"
#include "master/index.hpp"

#include <vector>

namespace smol::master {

struct committed
{
    wire::commit_answer answer;
    std::vector<doomed_blob> doomed;  // entered as pending deletions
};

// A refusal of the commit is an answer; errors are those of the index. `of`: its secret.
net::task<result<committed>> commit_value(index& entries,
    generation_clock& generations,
    const identity& of,
    wire::commit_request request);

// A verdict for each entry, in order.
net::task<result<wire::staged_answer>> answer_staged(
    index& entries, generation_clock& generations, const identity& of, wire::staged_query query);

}  // namespace smol::master
