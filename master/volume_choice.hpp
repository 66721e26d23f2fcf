#pragma once

// Which volumes take a new value, and whether a value lies where it should. Pure, on a snapshot.

#include "common/base/result.hpp"
#include "common/wire/record.hpp"
#include "master/membership.hpp"
#include "master/redirect.hpp"

#include <boost/container/small_vector.hpp>

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace smol::master {

// How many copies a PUT needs: `asked`, or by default 2, or as many volumes as were ever registered
// if that is fewer; at least 1.
std::size_t replicas_needed(std::uint64_t asked, std::size_t registered);

struct wanted_room
{
    std::size_t replicas = 1;  // as many as can be had up to this
    std::size_t needed = 1;    // and not fewer
    std::uint64_t bytes = 0;   // of the value, as far as known
};

// In order of placement, among those that are up and have room.
// too_few_volumes: fewer than needed are up and writable; no_room: fewer than needed have room.
result<std::vector<std::shared_ptr<member>>> choose_volumes(
    std::string_view key, const roster& all, const wanted_room& room);

// Names of volumes are lists as wire::record_view has them.

// Against the placement among all registered volumes, be they up or not.
balance balance_of(
    std::string_view key, std::string_view volumes, const roster& all, std::size_t replicas);

// Good for as long as the roster lives.
using holders = boost::container::small_vector<const member*, 4>;

// Those of a value's volumes that are up, in the record's order, beginning with number `turn` of
// them.
holders up_holders(std::string_view volumes, const roster& all, std::uint64_t turn);

std::size_t up_count(const roster& all);

}  // namespace smol::master
