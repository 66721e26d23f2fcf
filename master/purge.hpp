#pragma once

// Forgets what nothing late can ask for any more: answers to commits, and tombstones whose
// deletions are confirmed. Runs against the seams only.

#include "common/net/task.hpp"
#include "master/index.hpp"

#include <cstdint>

namespace smol::master {

// One pass. `lifetime_us`: after so long a PUT's ticket can come no more; `now`: generation clock.
net::task<result<void>> purge(index& entries, std::uint64_t now, std::uint64_t lifetime_us);

}  // namespace smol::master
