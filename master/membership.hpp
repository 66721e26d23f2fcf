#pragma once

// The table of volumes: who was ever registered, who is here now, and what they said last.
// Thread-safe; readers take a snapshot and beats only store numbers into it.

#include "common/base/result.hpp"
#include "common/wire/messages.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace smol::master {

enum class presence
{
    down,
    joining,  // here, but deletions that waited for it are not all confirmed: it does not serve yet
    up,
};

// What does not change during one stay.
struct stay
{
    std::string name;
    std::string address;     // "host:port" for other processes; empty if it was never here
    std::string public_url;  // empty: none announced
    std::uint16_t port = 0;
    bool is_local = false;         // its stream comes from this machine
    std::string master_host = {};  // the address by which it reached this machine, as in a URL
};

// One stay of a volume, from join to leave. Every join makes a new one.
class member
{
public:
    explicit member(stay of) : of_(std::move(of)) {}

    const stay& facts() const noexcept { return of_; }
    const std::string& name() const noexcept { return of_.name; }

    presence is() const noexcept { return presence_.load(); }
    bool is_up() const noexcept { return is() == presence::up; }
    void becomes(presence now) noexcept;  // nothing changes a stay that has ended

    // Deletions that waited are confirmed; the next answer to a beat says that it may serve.
    void settle() noexcept { settled_.store(true); }
    bool is_settled() const noexcept { return settled_.load(); }

    void note(const wire::beat& said, std::chrono::steady_clock::time_point now) noexcept;

    std::uint64_t capacity_bytes() const noexcept { return capacity_.load(); }
    std::uint64_t free_bytes() const noexcept { return free_.load(); }
    std::uint64_t free_inodes() const noexcept { return inodes_.load(); }
    std::uint64_t blobs() const noexcept { return blobs_.load(); }
    std::uint64_t staged() const noexcept { return staged_.load(); }
    wire::health health() const noexcept { return health_.load(); }
    std::chrono::steady_clock::time_point last_beat() const noexcept { return last_beat_.load(); }

private:
    friend class membership;

    const stay of_;
    std::atomic<presence> presence_{presence::down};
    std::atomic<bool> ended_{false};
    std::atomic<bool> settled_{false};
    std::atomic<std::uint64_t> capacity_{0};
    std::atomic<std::uint64_t> free_{0};
    std::atomic<std::uint64_t> inodes_{0};
    std::atomic<std::uint64_t> blobs_{0};
    std::atomic<std::uint64_t> staged_{0};
    std::atomic<wire::health> health_{wire::health::good};
    std::atomic<std::chrono::steady_clock::time_point> last_beat_{};
};

using roster = std::vector<std::shared_ptr<member>>;  // by name

class membership
{
public:
    membership() : all_(std::make_shared<roster>()) {}

    std::shared_ptr<const roster> snapshot() const;
    std::shared_ptr<member> find(std::string_view name) const;  // null: never registered

    // At start, from the index: registered, down, with the capacity it had.
    void remember(const std::string& name, std::uint64_t capacity_bytes);

    // The volume is here, joining. A stay of the same name that still lives ends: the newest wins.
    std::shared_ptr<member> join(
        stay of, const wire::beat& said, std::chrono::steady_clock::time_point now);

    // Its stream has ended: down, if it is still the newest.
    static void leave(member& who) noexcept;

    // True once a newer stay replaced this one, or it left.
    static bool has_ended(const member& who) noexcept { return who.ended_.load(); }

private:
    mutable std::mutex mutex_;
    std::shared_ptr<const roster> all_;  // replaced, never changed
};

std::shared_ptr<member> find(const roster& among, std::string_view name);
// The same for as long as the roster lives; null if it has none of that name.
const member* look_up(const roster& among, std::string_view name) noexcept;

// Value of a volume in the index: "v1 capacity=<bytes>".
std::string print_volume(std::uint64_t capacity_bytes);
// format_newer, format_damaged.
result<std::uint64_t> parse_volume(std::string_view text);

}  // namespace smol::master
