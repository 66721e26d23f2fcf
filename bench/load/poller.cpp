#include "bench/load/poller.hpp"

#include "common/io/last_error.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace smol::load {

poller::poller() : fd_(::epoll_create1(EPOLL_CLOEXEC))
{
    if (!fd_)
        throw std::system_error(errno, std::system_category(), "epoll_create1");
}

error_code poller::control(int operation, int fd, interest in, connection* owner) noexcept
{
    epoll_event event{};
    event.events = EPOLLIN | EPOLLRDHUP;
    if (in == interest::read_write)
        event.events |= EPOLLOUT;
    event.data.ptr = owner;
    if (::epoll_ctl(fd_.get(), operation, fd, &event) != 0)
        return io::last_error();
    return {};
}

error_code poller::add(int fd, interest in, connection* owner) noexcept
{
    return control(EPOLL_CTL_ADD, fd, in, owner);
}

error_code poller::change(int fd, interest in, connection* owner) noexcept
{
    return control(EPOLL_CTL_MOD, fd, in, owner);
}

std::span<const epoll_event> poller::wait(std::chrono::nanoseconds most) noexcept
{
    using std::chrono::seconds;
    const auto bounded =
        std::clamp(most, std::chrono::nanoseconds(0), std::chrono::nanoseconds(seconds(1)));
    timespec limit{};
    limit.tv_sec = std::chrono::duration_cast<seconds>(bounded).count();
    limit.tv_nsec = (bounded % seconds(1)).count();
    auto count = ::epoll_pwait2(fd_.get(), events_.data(), events_max, &limit, nullptr);
    if (count < 0 && errno == ENOSYS)  // before Linux 5.11, and under valgrind
    {
        const auto rounded = std::chrono::ceil<std::chrono::milliseconds>(bounded).count();
        count = ::epoll_wait(fd_.get(), events_.data(), events_max, static_cast<int>(rounded));
    }
    return {events_.data(), count > 0 ? static_cast<std::size_t>(count) : 0};
}

}  // namespace smol::load
