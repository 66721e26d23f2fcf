#pragma once

// Files and names of one directory tree made durable together. Part of local_disk; thread-safe.
//
// fsync(2) of each costs a commit of the file system's journal each. syncfs(2) makes everything
// durable that is on the file system, with one commit; but also what is nobody's business here. So
// a group is flushed file by file while large uploads have much that is not written back, after
// syncfs took long, and for ever after it has failed: an error is told once, and by then may have
// been that of a file of a later group; fsync(2) tells it of each file (errseq, see syncfs(2)).

#include "common/io/file.hpp"
#include "common/net/offload.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace smol::volume {

struct flush_work
{
    std::vector<int> files;  // stay open meanwhile
    std::vector<std::string> directories;
    std::uint64_t bytes = 0;  // written to the files since they were last flushed
};

class group_flush
{
public:
    // `directory` and `helpers` must outlive it. `directory` was opened before any file was
    // written: errors since then are told.
    group_flush(int directory, net::pool& helpers);

    // Blocks, on one of the helpers.
    result<void> flush(flush_work all);

    // Bytes that were written, and those that were flushed or are gone.
    void wrote(std::uint64_t bytes) noexcept { loose_.fetch_add(bytes); }
    void flushed(std::uint64_t bytes) noexcept { loose_.fetch_sub(bytes); }

private:
    struct crew;

    bool may_flush_as_a_whole(const flush_work& all) const;
    result<void> flush_as_a_whole(const flush_work& all);
    result<void> flush_each(flush_work all);

    int directory_;
    net::pool& helpers_;
    bool can_flush_as_a_whole_;
    std::atomic<bool> has_failed_{false};
    std::atomic<std::chrono::steady_clock::time_point> not_before_{};
    std::atomic<std::uint64_t> loose_{0};
};

}  // namespace smol::volume
