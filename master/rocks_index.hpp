#pragma once

// The index in RocksDB: one synced write-ahead-log batch for all changes that wait.

#include "master/index.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace smol::master {

struct rocks_options
{
    std::string directory;
    std::uint64_t cache_bytes = 64u
                                << 20;  // blocks, indexes and filters; memory does not grow beyond
    std::size_t reader_threads = 4;     // for reads that touch the disk

    // Called once, on the committer's thread, when a write failed. What of it is on disk is
    // unknown, so nothing may be answered any more: the default ends the process with exit code 1.
    std::function<void()> on_failure;
};

class rocks_index final : public index
{
public:
    // Makes the directory if it is missing. Throws std::runtime_error with a sentence for the
    // operator: locked by another process, not ours, written by a newer version, damaged.
    explicit rocks_index(rocks_options options);
    ~rocks_index() override;

    // Ends the committer once everything that waits is written. Call while the loops of those who
    // wait are alive.
    void close();

    result<lookup> try_get(family in, std::string_view key, std::string& value) override;
    net::task<result<std::optional<std::string>>> get(family in, std::string key) override;
    net::task<result<void>> visit(
        family in, std::string from, std::string to, visitor each) override;
    net::task<result<void>> apply(change one) override;
    index_stats stats() override;
    bool has_room() const override;

    // Call every second or so, on a thread that may wait for a disk: keeps room for deletions and
    // the next start.
    void tend();

private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace smol::master
