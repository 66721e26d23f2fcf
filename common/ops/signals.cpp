#include "common/ops/signals.hpp"

#include <pthread.h>

#include <csignal>
#include <ctime>

namespace smol::ops {

namespace {

sigset_t stop_signals() noexcept
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    return set;
}

timespec to_timespec(std::chrono::milliseconds span) noexcept
{
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(span);
    const auto rest = std::chrono::nanoseconds(span - seconds);
    return {seconds.count(), static_cast<long>(rest.count())};
}

}  // namespace

void block_signals()
{
    const auto set = stop_signals();
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
}

int wait_for_signal(std::chrono::milliseconds interval, const std::function<void()>& tick)
{
    const auto set = stop_signals();
    const auto limit = to_timespec(interval);
    for (;;)
    {
        const int caught = ::sigtimedwait(&set, nullptr, &limit);
        if (caught > 0)
        {
            ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);  // the next one has its default effect
            return caught;
        }
        tick();
    }
}

}  // namespace smol::ops
