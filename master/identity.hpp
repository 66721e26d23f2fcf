#pragma once

// What a cluster is: its name, its secret, and its clock's ceiling; made on the first start and
// kept in family `meta` of the index. Runs against the seams only.

#include "common/base/hmac.hpp"
#include "common/net/task.hpp"
#include "master/generation_clock.hpp"
#include "master/index.hpp"
#include "master/membership.hpp"

#include <cstdint>
#include <string>

namespace smol::master {

struct identity
{
    std::string cluster;  // hexadecimal
    hmac_key secret;

    // The longest ticket lifetime that this index has seen: what is deleted is remembered for so
    // long.
    std::uint64_t lifetime_us = 0;
};

// Reads or makes the identity and starts the clock, in one change. `given_secret`: from
// --secret-file; it wins and is not stored. Empty: the stored one, made if there is none.
net::task<result<identity>> open_identity(index& entries,
    generation_clock& generations,
    std::string given_secret,
    std::uint64_t lifetime_us);

// The volumes that were ever registered.
net::task<result<void>> load_members(index& entries, membership& members);

// Reserves a higher ceiling if it is time.
net::task<result<void>> keep_clock(index& entries, generation_clock& generations);

// At a clean end: what was reserved and not given out goes back.
net::task<result<void>> stop_clock(index& entries, generation_clock& generations);

}  // namespace smol::master
