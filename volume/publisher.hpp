#pragma once

// S10 on the other volumes: the first one tells them that a value is committed. Whatever comes up
// while a call to a volume is under way goes with the next call. A word that is lost does no harm:
// who waits for it asks the master. Thread-safe.

#include "common/net/clock.hpp"
#include "volume/peers.hpp"

#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace smol::volume {

class publisher
{
public:
    // Both must outlive it.
    publisher(peers& others, net::clock& time) : others_(others), time_(time) {}

    // To be told to the volume there. True: nobody is at it, so that the caller has to run tell()
    // in the background. More than some thousand for one volume are dropped.
    bool add(const wire::place& at, wire::staged_entry entry);
    // Until there is nothing left for that volume.
    net::task<void> tell(wire::place at);

private:
    using entries = std::vector<wire::staged_entry>;

    struct queue
    {
        entries waiting;
        bool is_being_told = false;
    };

    // The next ones; none: whoever tells has ended.
    entries take(const std::string& volume);
    net::task<void> call(const wire::place& at, entries some);

    peers& others_;
    net::clock& time_;
    std::mutex mutex_;
    std::map<std::string, queue> queues_;  // by volume; those that are being told
};

}  // namespace smol::volume
