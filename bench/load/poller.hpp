#pragma once

// Level-triggered epoll(7) of one thread.

#include "common/base/result.hpp"
#include "common/io/unique_fd.hpp"

#include <sys/epoll.h>

#include <array>
#include <chrono>
#include <span>

namespace smol::load {

class connection;

class poller
{
public:
    enum class interest
    {
        read,
        read_write,
    };

    // Throws system_error: there is no measuring without.
    poller();

    error_code add(int fd, interest in, connection* owner) noexcept;
    error_code change(int fd, interest in, connection* owner) noexcept;

    // What is ready, after at most `most`; valid until the next call. data.ptr is the owner.
    std::span<const epoll_event> wait(std::chrono::nanoseconds most) noexcept;

private:
    error_code control(int operation, int fd, interest in, connection* owner) noexcept;

    static constexpr std::size_t events_max = 256;

    io::unique_fd fd_;
    std::array<epoll_event, events_max> events_{};
};

}  // namespace smol::load
