#include "common/net/socket_calls.hpp"
#include "common/net/stream.hpp"

#include <algorithm>

namespace smol::net {

void stream::expires_at(std::chrono::steady_clock::time_point limit) noexcept
{
    limit_ = limit;
    is_paced_ = false;
    expired_ = false;
}

void stream::expires_after(std::chrono::milliseconds span) noexcept
{
    expires_at(std::chrono::steady_clock::now() + span);
}

void stream::never_expires() noexcept
{
    expires_at(time_point::max());
}

void stream::keeps(const pace& agreed) noexcept
{
    never_expires();
    pace_ = agreed;
    paced_bytes_ = 0;
    delivered_bytes_ = 0;
    waited_ = {};
    idle_ = {};
    is_paced_ = true;
}

stream::time_point stream::paced_limit(time_point now) const noexcept
{
    const auto idle = now + pace_.idle - idle_;
    if (pace_.bytes_per_second_min == 0)
        return idle;
    const auto bytes = is_sending_ ? delivered_bytes_ : paced_bytes_;
    const std::chrono::seconds earned(bytes / pace_.bytes_per_second_min);
    return std::min(idle, now + pace_.grace + earned - waited_);
}

void stream::count_wait(time_point now) noexcept
{
    const auto span = now - wait_begun_;
    waited_ += span;
    idle_ += span;
    wait_begun_ = now;
}

void stream::count_delivered() noexcept
{
    if (!is_sending_)
        return;
    const auto held = unacknowledged(socket_.native_handle());
    const auto delivered = paced_bytes_ - std::min(held, paced_bytes_);
    if (delivered > delivered_bytes_)
        idle_ = {};
    delivered_bytes_ = std::max(delivered, delivered_bytes_);
}

// A socket becomes writable only once a good part of its buffer is free. A peer that reads slowly,
// but fast enough, may need longer for that than it may be idle: what it has taken meanwhile
// counts.
bool stream::keeps_pace(time_point now) noexcept
{
    if (!is_paced_ || !is_sending_)
        return false;
    count_wait(now);
    count_delivered();
    limit_ = paced_limit(now);
    return limit_ > now;
}

// The kernel goes on sending what it has, after the descriptor is closed, for as long as the peer
// likes. One that was too slow does not get that.
void stream::leave_nothing() noexcept
{
    if (expired_ && is_open() && unacknowledged(socket_.native_handle()) > 0)
        reset_at_close(socket_.native_handle());
}

void stream::shutdown_send() noexcept
{
    error_code ignored;  // a peer that has gone needs no goodbye
    socket_.shutdown(tcp_socket::shutdown_send, ignored);
}

void stream::close() noexcept
{
    leave_nothing();
    error_code ignored;  // the descriptor is free whatever close(2) says
    socket_.close(ignored);
    expired_ = false;
}

asio::ip::tcp::endpoint stream::local() const noexcept
{
    error_code closed;
    return socket_.local_endpoint(closed);
}

asio::ip::tcp::endpoint stream::peer() const noexcept
{
    error_code gone;
    return socket_.remote_endpoint(gone);
}

bool stream::is_from_loopback() const noexcept
{
    const auto address = peer().address();
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).is_loopback();
    return address.is_loopback();
}

void stream::expire() noexcept
{
    if (keeps_pace(std::chrono::steady_clock::now()))
        return;
    expired_ = true;
    limit_ = time_point::max();
    error_code ignored;  // a closed socket has nothing to cancel
    socket_.cancel(ignored);
}

error_code stream::why(error_code ec) const noexcept
{
    if (expired_)
        return errc::request_timeout;
    if (!socket_.is_open())
        return asio::error::operation_aborted;
    return ec;
}

}  // namespace smol::net
