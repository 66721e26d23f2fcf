#pragma once

// What must be durable before somebody is told: most of it is flushed for a whole group at once.
// Whoever asks while a flush runs shares the next one. Thread-safe; each caller resumes on its own
// loop.

#include "common/net/task.hpp"
#include "volume/disk.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace smol::volume {

class flusher
{
public:
    // `on` must outlive it.
    explicit flusher(disk& on);

    // What `content` (null: nothing) holds when it is called, and the names, new and removed ones,
    // that `directory` has then, are durable after success. Who shares a flush shares its failure.
    net::task<result<void>> flush(std::shared_ptr<file> content, std::string directory);

private:
    enum class part
    {
        lead,  // run the flush for the group
        done,  // another one has run it; `outcome` says how it went
    };
    struct word
    {
        part is = part::done;
        error_code outcome;
    };
    struct waiter;
    class place;
    using group = std::vector<std::weak_ptr<waiter>>;

    // Null: nobody flushes, so the caller leads.
    std::shared_ptr<waiter> enter(
        const net::executor& home, const std::shared_ptr<file>& content, const std::string& of);
    // What the caller was told; nothing yet if it was cancelled.
    std::optional<word> heard(const waiter& who);
    void tell(const std::shared_ptr<waiter>& who, word told);
    group take_group();
    void pass_lead();

    disk& disk_;
    std::mutex mutex_;
    bool led_ = false;
    group waiting_;  // for the next flush
};

}  // namespace smol::volume
