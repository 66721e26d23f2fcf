#pragma once

// What the index holds for a key, as one line of text that a person can read with RocksDB's `ldb`:
//
//   v1 live gen=1763818031000123 size=7 xxh3=<32 hex> md5=<32 hex> on=vol-1f2e,vol-77aa
//
// Format and fields: docs/DISK_FORMAT.md. Pure.

#include "common/base/digest.hpp"
#include "common/base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smol::wire {

enum class state
{
    live,
    unlinked,   // hidden, kept, restorable
    tombstone,  // deleted; forgotten once nothing late can bring the key back
};

// All but the names of the volumes.
struct record_facts
{
    state is = state::live;

    // Names the value's blobs. A tombstone has the last one's.
    std::uint64_t generation = 0;

    // Generation of the last event of the key (PUT, DELETE, UNLINK, restore); orders the events.
    // Equal to `generation` after a PUT.
    std::uint64_t event = 0;

    // Generation of the last event that depended on what was there (any but an unconditional PUT or
    // DELETE). An unconditional PUT that commits late may be taken as having happened before the
    // events above its generation only if none of them is conditional. 0: none.
    std::uint64_t conditional = 0;

    std::uint64_t size = 0;
    xxh3_digest xxh3{};
    std::optional<md5_digest> md5;

    friend bool operator==(const record_facts&, const record_facts&) = default;
};

struct record : record_facts
{
    std::vector<std::string> volumes;  // names, in the order of placement

    friend bool operator==(const record&, const record&) = default;
};

// A record whose names stay in the line that it was read from.
struct record_view : record_facts
{
    std::string_view volumes;  // as in the line: a comma between names
};

inline constexpr std::size_t volume_name_bytes_max = 64;

// What a volume may be called: 1 to 64 of a-z, 0-9 and "-".
bool is_volume_name(std::string_view name) noexcept;

std::string print(const record& of);

// format_newer for a version above ours, format_damaged for anything else `print` would not write.
result<record> parse_record(std::string_view line);
result<record_view> read_record(std::string_view line);

// Takes the first name from a list like record_view::volumes, which must not be empty.
std::string_view take_name(std::string_view& list) noexcept;

// The state alone, for who only tells keys apart; the rest is not looked at. Errors as above.
result<state> parse_state(std::string_view line);

// "xxh3-<32 hex>" in quotes: the entity tag of a value.
std::string etag_of(const xxh3_digest& digest);

// Generations are microseconds since 1970, or a little more (see master/generation_clock.hpp).
std::int64_t unix_seconds_of(std::uint64_t generation);

}  // namespace smol::wire
