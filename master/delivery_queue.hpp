#pragma once

// Pending deletions of one volume on their way from those who enter them to the one delivery that
// is at it. All of them are in the index. They are held here as well so that the index need not be
// read for them: a scan passes over the engine's tombstones of all that was removed lately. What
// may be missing here is made up for by a scan that begins later. Thread-safe.

#include "master/index.hpp"

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace smol::master {

struct delivery_work
{
    bool is_scan = false;        // of all that waits in the index; else of `entries`
    std::vector<entry> entries;  // at most delivery_queue::page_entries
};

class delivery_queue
{
public:
    static constexpr std::size_t entries_max = 4096;
    static constexpr std::size_t page_entries = 256;

    // What enters or wakes gets true if nobody is at the delivery: then it must begin one.

    // An entry is in the index. It is held unless a scan is wanted, which will see it.
    bool enter(entry fresh);

    // Something may wait in the index that is not held here.
    bool wake();

    // What the delivery does next; nothing: it has ended. What comes after the beginning of a scan
    // is held, so the scan need not be repeated for it, but may see it too.
    std::optional<delivery_work> take();

    // These were delivered, and are about to be forgotten. None of them may be forgotten before.
    void skip(const std::vector<std::string>& delivered);

    // What was taken last was not delivered, or not all of it.
    void fail();

    // The volume is not here. True: the delivery has ended, until something enters or wakes. False:
    // something came since it last took work, and the volume is to be looked for again.
    bool rest();

private:
    bool begins();
    void want_scan();

    std::mutex mutex_;
    bool is_at_work_ = false;
    bool has_come_ = false;  // something, since work was last taken
    bool wants_scan_ = true;
    std::map<std::string, std::string> held_;  // empty while a scan is wanted
};

}  // namespace smol::master
