#include "common/net/listener.hpp"

#include "common/base/log.hpp"
#include "common/net/socket_calls.hpp"

#include <boost/asio/ip/v6_only.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <string_view>

namespace smol::net {

namespace {

using asio::ip::tcp;

constexpr int backlog = 4096;
constexpr int port_attempts_max = 16;  // until a port is free on every address

struct place
{
    tcp::endpoint at;
    bool is_optional;  // may be an address that this machine lacks
};

[[noreturn]] void fail(const std::string& where, const std::string& why)
{
    throw std::runtime_error("cannot listen on " + where + ": " + why);
}

std::string print(const tcp::endpoint& at)
{
    const auto host = at.address().to_string();
    const auto port = std::to_string(at.port());
    return at.address().is_v6() ? "[" + host + "]:" + port : host + ":" + port;
}

std::vector<std::string> split_addresses(const std::string& addresses)
{
    std::vector<std::string> all(1);
    for (const char c : addresses)
    {
        if (c == ',')
            all.emplace_back();
        else if (c != ' ')
            all.back() += c;
    }
    return all;
}

void add_places(loop& home, const std::string& host, std::vector<place>& places)
{
    if (host.empty())  // to the resolver that would mean every address
        fail("\"\"", "an address is empty");
    if (host == "localhost")
    {
        places.push_back({tcp::endpoint(asio::ip::address_v4::loopback(), 0), false});
        places.push_back({tcp::endpoint(asio::ip::address_v6::loopback(), 0), true});
        return;
    }
    error_code failure;
    const auto numeric = asio::ip::make_address(host, failure);
    if (!failure)
        return places.push_back({tcp::endpoint(numeric, 0), false});
    asio::ip::basic_resolver<tcp, executor> resolver(home.get_executor());
    const auto found = resolver.resolve(host, "0", tcp::resolver::passive, failure);
    if (failure || found.empty())
        fail(host, "no such address (" + failure.message() + ")");
    for (const auto& one : found)
        places.push_back({one.endpoint(), false});
}

error_code bind_one(tcp_acceptor& door, const tcp::endpoint& at)
{
    error_code failure;
    door.open(at.protocol(), failure);
    if (!failure)
        door.set_option(tcp_acceptor::reuse_address(true), failure);
    if (!failure && at.address().is_v6())
        door.set_option(asio::ip::v6_only(!at.address().is_unspecified()), failure);
    if (!failure)
        door.bind(at, failure);
    if (!failure)
        door.listen(backlog, failure);
    if (!failure)
        door.native_non_blocking(true, failure);
    return failure;
}

bool is_missing_address(const error_code& ec) noexcept
{
    return ec.value() == EADDRNOTAVAIL || ec.value() == EAFNOSUPPORT;
}

// Everything on one port; with port 0 the first address chooses. An empty list: that port was
// taken.
std::vector<tcp_acceptor> bind_all(loop& home, std::vector<place> places, std::uint16_t port)
{
    const bool is_free_choice = port == 0;
    std::vector<tcp_acceptor> doors;
    for (auto& one : places)
    {
        one.at.port(port);
        tcp_acceptor door(home.get_executor());
        const auto failure = bind_one(door, one.at);
        if (failure && one.is_optional && is_missing_address(failure))
            continue;
        if (failure == asio::error::address_in_use && is_free_choice && port != 0)
            return {};
        if (failure)
            fail(print(one.at), failure.message());
        port = door.local_endpoint().port();
        doors.push_back(std::move(door));
    }
    return doors;
}

}  // namespace

std::vector<tcp_acceptor> listen_on(loop& home, const std::string& addresses, std::uint16_t port)
{
    std::vector<place> places;
    for (const auto& host : split_addresses(addresses))
        add_places(home, host, places);
    for (int attempt = 0; attempt < port_attempts_max; ++attempt)
    {
        auto doors = bind_all(home, places, port);
        if (!doors.empty())
            return doors;
    }
    fail(addresses, "no port is free on all of these addresses");
}

bool is_exhaustion(const error_code& ec) noexcept
{
    const int why = ec.value();
    return why == EMFILE || why == ENFILE || why == ENOBUFS || why == ENOMEM;
}

reserve_fd::reserve_fd()
{
    refill();
}

void reserve_fd::refill() noexcept
{
    if (!spare_)
        spare_ = io::unique_fd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
}

void reserve_fd::shed(int listener, const error_code& why)
{
    const auto now = std::chrono::steady_clock::now();
    if (now - logged_ >= std::chrono::seconds(1))
    {
        logged_ = now;
        log::error("accept_failed", {{"error", why.message()}});
    }
    {
        const io::unique_fd spent = std::move(spare_);
    }
    if (const auto fd = accept_one(listener); fd)
        const io::unique_fd refused(*fd);
    refill();
}

}  // namespace smol::net
