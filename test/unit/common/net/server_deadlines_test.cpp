#include "common/net/server.hpp"
#include "test/support/raw_client.hpp"
#include "test/support/test_server.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <thread>

namespace {

using namespace smol;
using namespace smol::test;
using namespace std::chrono_literals;

TEST_CASE("a head that comes too slowly is refused, an idle connection is closed")
{
    net::server_options options;
    options.header_timeout = 300ms;
    options.idle_timeout = 600ms;
    test_server server(options);
    raw_client slow(server.port());
    const auto answer = slow.exchange("GET /hello HT");
    CHECK(answer.head.status == 408);
    CHECK(slow.is_ended());
    slow.close();
    raw_client idle(server.port());
    CHECK(idle.exchange(get("/hello")).body == "hello");
    CHECK(idle.read_rest().empty());
    CHECK(eventually([&] { return server.server->connections() == 0; }));
}

TEST_CASE("a body that falls behind is refused")
{
    net::server_options options;
    options.body_idle_timeout = 300ms;
    test_server server(options);
    raw_client client(server.port());
    const auto size = GENERATE("1000", "1000000");
    client.send(fmt::format("PUT /sink HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\nx", size));
    const auto answer = client.read();
    CHECK(answer.head.status == 408);
    CHECK(server.service.last_failure == errc::request_timeout);
}

TEST_CASE("a body that trickles below the least rate is refused, though never idle")
{
    net::server_options options;
    options.body_grace = 500ms;
    options.body_bytes_per_second_min = 1'000'000;
    test_server server(options);
    raw_client client(server.port());
    client.send("PUT /sink HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n");
    const auto begun = std::chrono::steady_clock::now();
    while (!client.is_readable_within(20ms))
        REQUIRE(client.try_send("x"));
    CHECK(client.read().head.status == 408);
    CHECK(std::chrono::steady_clock::now() - begun < 10s);
}

TEST_CASE("a reader that takes nothing is cut off")
{
    net::server_options options;
    options.body_idle_timeout = 300ms;
    test_server server(options);
    const auto request = put("/echo", pattern(30'000'000));
    raw_client client(server.port(), 4096);
    std::thread sender([&] { client.try_send(request); });
    CHECK(eventually([&] { return server.server->connections() == 1; }));
    CHECK(eventually([&] { return server.server->connections() == 0; }));
    sender.join();
}

}  // namespace
