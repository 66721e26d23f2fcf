#pragma once

// The one thread that writes the index. It takes whatever waits as one batch, so that everybody who
// came during one disk flush shares the next; there is no hold-off timer. Thread-safe.

#include "master/index.hpp"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace smol::master {

class committer
{
public:
    struct waiting
    {
        change what;
        std::function<void(result<void>)> done;  // called on the committer's thread, exactly once
        result<void> outcome = {};
    };

    // Writes a batch and fills the outcomes; calls no `done`.
    using writer = std::function<void(std::vector<waiting>& batch)>;

    explicit committer(writer write);
    ~committer();  // close()
    committer(const committer&) = delete;

    void submit(waiting one);

    // Writes what waits, refuses what comes later with shutting_down, and ends the thread.
    void close();

private:
    void run();

    writer write_;
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::vector<waiting> queue_;
    bool closed_ = false;
    std::thread thread_;
};

}  // namespace smol::master
