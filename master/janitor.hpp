#pragma once

// Delivers pending deletions to volumes until they are confirmed, and forgets tombstones and
// answers to commits once nothing late can ask for them. Runs against the seams only. Thread-safe.

#include "common/net/clock.hpp"
#include "common/net/task.hpp"
#include "master/deletions.hpp"
#include "master/delivery_queue.hpp"
#include "master/generation_clock.hpp"
#include "master/identity.hpp"
#include "master/index.hpp"
#include "master/membership.hpp"
#include "master/peers.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace smol::master {

class janitor
{
public:
    // Runs work on its own, on some loop, until the process stops.
    using spawner = std::function<void(std::string_view name, net::task<void> work)>;

    // What a janitor works with; all of it outlives it.
    struct tools
    {
        index& entries;
        membership& members;
        generation_clock& generations;
        peers& volumes;
        net::clock& time;
        const identity& of;
    };

    janitor(tools with, spawner spawn) : with_(with), spawn_(std::move(spawn)) {}

    // Pending deletions of `key` were entered, and survive power loss: deliver them to the volumes
    // that are here.
    void entered(const std::vector<doomed_blob>& doomed, std::string_view key);

    // A volume has joined: deliver what waited for it, then settle it.
    void wake(const std::string& volume);

    // No more deliveries begin; those under way end soon. What is pending stays in the index.
    void stop() noexcept { stopped_.store(true); }

    // At start: how many are pending.
    net::task<result<void>> count();
    std::uint64_t pending() const noexcept
    {
        return static_cast<std::uint64_t>(std::max<std::int64_t>(pending_.load(), 0));
    }

private:
    delivery_queue& queue_of(const std::string& volume);
    net::task<void> deliver(std::string volume, delivery_queue& from);
    net::task<bool> carry_out(member& to, delivery_queue& from, const delivery_work& work);
    net::task<bool> deliver_all(const member& to, delivery_queue& from);
    net::task<void> pause_unless_ended(const member& to, std::chrono::milliseconds pause);
    bool is_over(const member& to) const noexcept;
    net::task<result<std::size_t>> deliver_and_forget(
        const member& to, delivery_queue& from, const std::vector<entry>& batch);
    net::task<std::vector<std::string>> deliver_page(
        const member& to, const std::vector<entry>& batch);
    net::task<void> deliver_one(
        const member& to, const entry& one, std::vector<std::string>& confirmed);
    net::task<result<void>> forget_deletions(std::vector<std::string> confirmed);

    tools with_;
    spawner spawn_;
    // Below 0 for a moment when a deletion is delivered before the one who entered it says so.
    std::atomic<std::int64_t> pending_{0};
    std::atomic<bool> stopped_{false};
    std::mutex mutex_;
    std::map<std::string, delivery_queue> queues_;  // by volume; none ever goes
};

}  // namespace smol::master
