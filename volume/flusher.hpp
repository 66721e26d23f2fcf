#pragma once

// Directory flushes; most are shared by a group: whoever asks while a flush runs shares the next
// one. Thread-safe; each caller resumes on its own loop.

#include "common/net/task.hpp"
#include "volume/disk.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace smol::volume {

// Names in one directory, new and removed ones, reach the disk.
net::task<result<void>> flush_names(disk& on, std::string directory);

class flusher
{
public:
    // `on` must outlive it.
    flusher(disk& on, std::string directory);

    // Names that were there when it was called are durable after success.
    net::task<result<void>> flush();

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

    // Null: nobody flushes, so the caller leads.
    std::shared_ptr<waiter> enter(const net::executor& home);
    // What the caller was told; nothing yet if it was cancelled.
    std::optional<word> heard(const waiter& who);
    void tell(const std::shared_ptr<waiter>& who, word told);
    std::vector<std::weak_ptr<waiter>> take_group();
    void pass_lead();

    disk& disk_;
    std::string directory_;
    std::mutex mutex_;
    bool led_ = false;
    std::vector<std::weak_ptr<waiter>> waiting_;  // for the next flush
};

}  // namespace smol::volume
