#pragma once

// S6 to S9 of the write protocol on the first volume. Part of put_value.

#include "volume/put_value.hpp"

namespace smol::volume {

// The value is staged here and `holders` complete. Fills in the outcome. too_few_volumes, the
// master's refusal, outcome_unknown.
net::task<result<void>> commit_value(const put_context& with,
    const put_order& order,
    const put_limits& limits,
    put_value_answer& staged);

}  // namespace smol::volume
