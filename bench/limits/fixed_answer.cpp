#include "bench/limits/fixed_answer.hpp"

#include "bench/limits/head_counter.hpp"
#include "bench/limits/loopback.hpp"
#include "common/base/bytes.hpp"
#include "common/io/last_error.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <utility>

namespace smol::limits {

namespace {

constexpr int stop_check_ms = 100;
constexpr int events_max = 256;
constexpr std::size_t receive_bytes = 16 * KiB;

// Answers what has come. False: the peer has closed, or does not take the answers.
bool serve(int socket, head_counter& heads, const std::string& answer)
{
    std::array<char, receive_bytes> buffer;
    const auto got = ::recv(socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got < 0)
        return errno == EAGAIN || errno == EINTR;
    if (got == 0)
        return false;
    auto due = heads.count({buffer.data(), static_cast<std::size_t>(got)});
    for (; due > 0; --due)
        if (::send(socket, answer.data(), answer.size(), MSG_NOSIGNAL) !=
            static_cast<ssize_t>(answer.size()))
            return false;
    return true;
}

void run_loop(const std::stop_token& stop, int poll, const std::string& answer)
{
    std::array<epoll_event, events_max> events;
    std::vector<head_counter> heads;  // by descriptor
    while (!stop.stop_requested())
    {
        const auto count = ::epoll_wait(poll, events.data(), events_max, stop_check_ms);
        for (int i = 0; i < count; ++i)
        {
            const auto socket = events[static_cast<std::size_t>(i)].data.fd;
            const auto place = static_cast<std::size_t>(socket);
            if (place >= heads.size())
                heads.resize(place + 1);
            if (serve(socket, heads[place], answer))
                continue;
            heads[place] = {};
            ::close(socket);
        }
    }
}

}  // namespace

fixed_answer::fixed_answer(std::string answer) : answer_(std::move(answer))
{}

fixed_answer::~fixed_answer()
{
    accepter_.request_stop();
    ::shutdown(listener_.get(), SHUT_RDWR);
}

result<std::uint16_t> fixed_answer::start(std::uint16_t port, std::uint64_t threads)
{
    auto listener = listen_on(port);
    if (!listener)
        return listener.error();
    listener_ = std::move(*listener);
    const auto bound = port_of(listener_.get());
    if (!bound)
        return bound;
    for (std::uint64_t i = 0; i < threads; ++i)
    {
        polls_.emplace_back(::epoll_create1(EPOLL_CLOEXEC));
        if (!polls_.back())
            return io::last_error();
    }
    for (const auto& poll : polls_)
        threads_.emplace_back(
            [this, fd = poll.get()](const std::stop_token& stop) { run_loop(stop, fd, answer_); });
    accepter_ = std::jthread([this](const std::stop_token& stop) { accept_all(stop); });
    return bound;
}

void fixed_answer::accept_all(const std::stop_token& stop)
{
    for (std::size_t next = 0; !stop.stop_requested(); ++next)
    {
        const auto peer = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
        if (peer < 0)
            continue;
        const int on = 1;
        ::setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        epoll_event event{};
        event.events = EPOLLIN | EPOLLRDHUP;
        event.data.fd = peer;
        if (::epoll_ctl(polls_[next % polls_.size()].get(), EPOLL_CTL_ADD, peer, &event) != 0)
            ::close(peer);
    }
}

}  // namespace smol::limits
