#include "common/net/connect.hpp"

#include "common/base/log.hpp"
#include "common/base/parse.hpp"

#include <limits>
#include <string_view>
#include <utility>
#include <vector>

namespace smol::net {

namespace {

using asio::ip::tcp;
using endpoints = std::vector<tcp::endpoint>;

// Addresses that need no name server; none if the host is a name.
endpoints known_endpoints(const host_and_port& to)
{
    if (to.host == "localhost")
        return {
            tcp::endpoint(asio::ip::address_v4::loopback(), to.port),
            tcp::endpoint(asio::ip::address_v6::loopback(), to.port),
        };
    error_code is_name;
    const auto numeric = asio::ip::make_address(to.host, is_name);
    if (is_name)
        return {};
    return {tcp::endpoint(numeric, to.port)};
}

task<result<endpoints>> resolve(loop& home, const host_and_port& to)
{
    auto known = known_endpoints(to);
    if (!known.empty())
        co_return known;
    asio::ip::basic_resolver<tcp, executor> resolver(home.get_executor());
    const auto port = std::to_string(to.port);
    const auto [ec, found] = co_await resolver.async_resolve(to.host, port, use_task);
    if (ec)
        co_return ec;
    endpoints all;
    for (const auto& one : found)
        all.push_back(one.endpoint());
    co_return all;
}

task<result<std::unique_ptr<stream>>> connect_one(
    loop& home, tcp::endpoint to, std::chrono::steady_clock::time_point end)
{
    tcp_socket socket(home.get_executor());
    error_code failure;
    socket.open(to.protocol(), failure);
    if (failure)
        co_return failure;
    auto made = std::make_unique<stream>(home, std::move(socket));
    made->expires_at(end);
    const auto connected = co_await made->connect(to);
    if (!connected)
        co_return connected.error();
    made->never_expires();
    co_return std::move(made);
}

error_code unreachable(const std::string& address, const error_code& why)
{
    log::warning("peer_unreachable", {{"address", address}, {"error", why.message()}});
    return errc::peer_unreachable;
}

}  // namespace

result<host_and_port> parse_address(std::string_view text)
{
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0)
        return errc::malformed_request;
    const auto port = parse_number(text.substr(colon + 1));
    if (!port || *port == 0 || *port > std::numeric_limits<std::uint16_t>::max())
        return errc::malformed_request;
    auto host = text.substr(0, colon);
    const bool is_bracketed = host.starts_with('[') && host.ends_with(']');
    if (is_bracketed)
        host = host.substr(1, host.size() - 2);
    else if (host.find(':') != std::string_view::npos)
        return errc::malformed_request;
    return host_and_port{std::string(host), static_cast<std::uint16_t>(*port)};
}

task<result<std::unique_ptr<stream>>> connect_to(
    loop& home, std::string address, std::chrono::milliseconds limit)
{
    const auto end = std::chrono::steady_clock::now() + limit;
    const auto parts = parse_address(address);
    if (!parts)
        co_return unreachable(address, parts.error());
    const auto places = co_await resolve(home, *parts);
    if (!places)
        co_return unreachable(address, places.error());
    error_code why = asio::error::host_not_found;
    for (const auto& place : *places)
    {
        auto made = co_await connect_one(home, place, end);
        if (made)
            co_return made;
        why = made.error();
    }
    co_return unreachable(address, why);
}

}  // namespace smol::net
