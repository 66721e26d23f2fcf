#include "volume/publisher.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace smol::volume {

namespace {

constexpr unsigned tries = 3;
constexpr std::chrono::milliseconds pause{200};
constexpr std::size_t waiting_max = 10'000;
constexpr std::size_t call_entries_max = 200;  // of keys of 1 KiB, so that they fit one message

}  // namespace

bool publisher::add(const wire::place& at, wire::staged_entry entry)
{
    const std::lock_guard hold(mutex_);
    auto& mine = queues_[at.volume];
    if (mine.waiting.size() < waiting_max)
        mine.waiting.push_back(std::move(entry));
    return !std::exchange(mine.is_being_told, true);
}

net::task<void> publisher::tell(wire::place at)
{
    for (;;)
    {
        auto some = take(at.volume);
        if (some.empty())
            co_return;
        co_await call(at, std::move(some));
    }
}

publisher::entries publisher::take(const std::string& volume)
{
    const std::lock_guard hold(mutex_);
    auto& waiting = queues_[volume].waiting;
    const auto count = std::min(waiting.size(), call_entries_max);
    const auto end = waiting.begin() + static_cast<std::ptrdiff_t>(count);
    entries some(std::move_iterator(waiting.begin()), std::move_iterator(end));
    waiting.erase(waiting.begin(), end);
    if (some.empty())
        queues_.erase(volume);
    return some;
}

net::task<void> publisher::call(const wire::place& at, entries some)
{
    const wire::publish_request request{at.volume, std::move(some)};
    for (unsigned tried = 1;; ++tried)
    {
        const auto told = co_await others_.publish(at.address, request);
        if (told || tried == tries)
            co_return;
        co_await time_.wait(pause);
    }
}

}  // namespace smol::volume
