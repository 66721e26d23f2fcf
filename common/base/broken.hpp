#pragma once

// Deliberately broken variants of smol, for the tests that test the tests (build option
// SMOL_FAILPOINTS; the release build has none and is_broken() is a constant there). A harness that
// lets one of them pass has no teeth. SMOL_BROKEN=name breaks a whole process, break_on_purpose()
// the simulator's.

#include <optional>
#include <string_view>

namespace smol {

enum class breakage
{
    no_data_flush,              // a blob's bytes and attributes are not flushed before its commit
    no_directory_flush,         // nor are names, new or removed
    acknowledge_before_commit,  // the client is answered while the master is still being asked
    no_precondition_at_commit,  // what was true at admission is taken to be true still
    publish_over_newer,         // a late publish replaces a newer blob
    forget_deletions,           // a volume that returns is not told what was deleted meanwhile
    unsigned_ticket,            // a ticket is believed without its signature
    last_chunk_undigested,      // the digest misses the last piece of a body of known length
    stale_blobs_at_hand,        // a blob stays at hand although it was removed or replaced
};

std::optional<breakage> parse_breakage(std::string_view name) noexcept;

#ifdef SMOL_FAILPOINTS
// Thread-safe. An unknown SMOL_BROKEN ends the process: a test that breaks nothing would prove
// nothing.
bool is_broken(breakage asked) noexcept;

// Before any other thread runs; nullopt mends everything, whatever SMOL_BROKEN says.
void break_on_purpose(std::optional<breakage> one) noexcept;
#else
constexpr bool is_broken(breakage) noexcept
{
    return false;
}
#endif

}  // namespace smol
