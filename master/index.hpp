#pragma once

// The index seam: key -> record, and the families beside it. RocksDB is behind it
// (rocks_index.hpp); tests and the simulator put a map there. What the families hold:
// docs/DISK_FORMAT.md.

#include "common/base/result.hpp"
#include "common/net/task.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smol::master {

// The numbers are positions in tables, not a format; names on disk are in rocks_index.cpp.
enum class family : std::uint8_t
{
    records,     // key -> wire::record
    volumes,     // name -> what is remembered of a volume
    deletions,   // pending: see master/deletions.hpp
    commits,     // generation -> outcome, for commits that are asked for twice
    tombstones,  // event -> key of a tombstone, in the order in which they fall due
    meta,        // format, cluster, secret, clock, lifetime
};

inline constexpr std::size_t family_count = 6;

struct entry
{
    std::string key;
    std::string value;
};

struct page
{
    std::vector<entry> entries;
    bool more = false;  // ended by a limit: go on from the last key and a NUL
};

// Sees an entry, on the thread that reads while the caller waits. False: that was enough.
using visitor = std::function<bool(std::string_view key, std::string_view value)>;

enum class lookup
{
    found,
    absent,
    would_block,  // not in memory: ask get()
};

// What one change sees and writes. It sees what the changes before it in the same batch wrote.
class change_view
{
public:
    virtual ~change_view() = default;

    virtual result<std::optional<std::string>> get(family in, std::string_view key) = 0;
    virtual void put(family in, std::string_view key, std::string_view value) = 0;
    virtual void remove(family in, std::string_view key) = 0;
    // Half-open. Not seen by get() within the batch: only for entries nobody asks for any more.
    virtual void remove_range(family in, std::string_view from, std::string_view to) = 0;
};

// Failpoints just before and just after the synced write of the batch that holds a change. Empty:
// none.
struct change_step
{
    std::string_view before;
    std::string_view after;
};

struct change
{
    change_step step;
    // Runs once, on the committer's thread, while the caller waits: references to what the caller
    // owns are good. Must not wait or block on anything but the index. After an error nothing of
    // this change is written, and apply() gives that error.
    std::function<result<void>(change_view&)> decide;
};

struct index_stats
{
    std::uint64_t keys = 0;  // estimated, tombstones included
};

// Thread-safe. Every failure of the engine is errc::index_failed, with its reason in the log.
class index
{
public:
    virtual ~index() = default;

    // From memory only; may be called on an event loop. `value` holds what was found, in memory
    // that is used again.
    virtual result<lookup> try_get(family in, std::string_view key, std::string& value) = 0;

    virtual net::task<result<std::optional<std::string>>> get(family in, std::string key) = 0;

    // Shows `each` the entries of [from, to) in byte order, until it says that it is enough. An
    // empty `to` means to the end.
    virtual net::task<result<void>> visit(
        family in, std::string from, std::string to, visitor each) = 0;

    // Copies of the first entries of [from, to), at most `limit`.
    net::task<result<page>> scan(family in, std::string from, std::string to, std::size_t limit);

    // Success: what `decide` wrote survives power loss. Changes happen one after the other, in the
    // order of the calls. shutting_down once the index closes.
    virtual net::task<result<void>> apply(change one) = 0;

    virtual index_stats stats() = 0;

    // False while its disk is so full that no new values may come in. Never waits.
    virtual bool has_room() const { return true; }
};

// The first key after all those that begin with `prefix`; empty if there is none.
std::string end_of_prefix(std::string_view prefix);

}  // namespace smol::master
