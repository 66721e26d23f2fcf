#pragma once

// Published blobs that a GET has found, at hand for the next one: small values whole, larger ones
// as open files. Only what was verified comes in. Bounded in files and in bytes; the least recently
// used goes first. Thread-safe: one for a volume and not one for each loop, because a removal has
// to empty it before it is confirmed, and would wait for every loop otherwise.
//
// It is exact. Who looks a blob up takes a `mark` before it asks the disk, and what it found is
// kept only if nothing of that key was forgotten since. Who changes the final name forgets the key
// after the change and before it tells anybody. So what comes in after the change was found after
// it.

#include "volume/found_blob.hpp"

#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace smol::volume {

class blob_cache
{
public:
    struct limits
    {
        std::size_t files = 0;  // descriptors
        std::size_t bytes = 0;  // of small values, with what it takes to keep them
    };
    struct mark
    {
        std::size_t place = 0;
        std::uint64_t changes = 0;
    };

    explicit blob_cache(const limits& most);

    // Null if it is not at hand.
    shared_blob find(std::string_view key);
    mark mark_of(std::string_view key) const;
    void keep(shared_blob one, const mark& since);
    void forget(std::string_view key);

    // Descriptors are needed elsewhere: half of the files go. False if there were none.
    bool give_way();

private:
    struct part;
    struct entry
    {
        shared_blob what;
        std::size_t cost = 0;
        part* in = nullptr;
    };
    using entries = std::list<entry>;
    struct part
    {
        std::size_t most;
        std::size_t used = 0;
        entries by_use{};  // the latest first
    };

    // With mutex_ held. What goes out is destroyed by the caller, without it.
    void take_out(entries::iterator one, entries& to);
    void shrink(part& one, std::size_t most, entries& to);

    mutable std::mutex mutex_;
    part files_;
    part bytes_;
    std::unordered_map<std::string_view, entries::iterator> places_;  // keys lie in the blobs
    std::vector<std::uint64_t> changes_;  // by hash of the key; some share one
};

}  // namespace smol::volume
