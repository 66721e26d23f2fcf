#include "master/committer.hpp"

#include <utility>

namespace smol::master {

committer::committer(writer write) : write_(std::move(write)), thread_([this] { run(); })
{}

committer::~committer()
{
    close();
}

void committer::submit(waiting one)
{
    {
        const std::lock_guard lock(mutex_);
        if (!closed_)
        {
            queue_.push_back(std::move(one));
            arrived_.notify_one();
            return;
        }
    }
    one.done(make_error_code(errc::shutting_down));
}

void committer::close()
{
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
    }
    arrived_.notify_one();
    if (thread_.joinable())
        thread_.join();
}

void committer::run()
{
    std::vector<waiting> batch;
    for (;;)
    {
        {
            std::unique_lock lock(mutex_);
            arrived_.wait(lock, [this] { return closed_ || !queue_.empty(); });
            if (queue_.empty())
                return;
            batch.swap(queue_);
        }
        write_(batch);
        for (auto& one : batch)
            one.done(one.outcome);
        batch.clear();
    }
}

}  // namespace smol::master
