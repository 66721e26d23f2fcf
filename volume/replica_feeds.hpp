#pragma once

// Feeds the replicas of a value from the first volume's file while the value still arrives, each at
// its own pace. Lives on one loop. Whoever starts feeds waits for their end before the file goes
// away.

#include "common/net/clock.hpp"
#include "common/net/task.hpp"
#include "common/wire/messages.hpp"
#include "volume/peers.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

namespace smol::volume {

struct replica_outcome
{
    wire::place at;
    error_code failure;  // none: `staged` is what it has durable
    wire::receipt staged;
};

class replica_feeds
{
public:
    // `others` and `source` must outlive the feeds.
    replica_feeds(net::executor on, peers& others, file& source);
    ~replica_feeds();
    replica_feeds(const replica_feeds&) = delete;

    void start(std::vector<upload_request> requests);

    // The first `bytes` of the file may be sent.
    void advance(std::uint64_t bytes);
    // Those were all, and they are good. `md5`: of the value, for those that were told that it
    // follows.
    void complete(std::optional<md5_digest> md5);
    // The value is not to be: connections close, so that the others discard what they have.
    void abandon();

    // Those that have it staged, or still may.
    std::size_t hopeful() const;

    // Whether another volume may have it durable: there are some, and they were told that it is
    // good.
    bool may_be_staged() const;

    // Until every feed has ended. Those that have not after `limit` are ended.
    net::task<void> ended(net::clock& time, std::chrono::milliseconds limit);

    std::vector<replica_outcome> outcomes() const;

private:
    struct feed;
    struct shared;
    static net::task<void> run(std::shared_ptr<shared> all, std::size_t index);
    static net::task<error_code> send_all(shared& all, upload& to);
    static net::task<void> all_ended(std::shared_ptr<shared> all);

    std::shared_ptr<shared> shared_;
};

}  // namespace smol::volume
