#include "common/net/server.hpp"
#include "test/support/raw_client.hpp"
#include "test/support/test_server.hpp"

#include <catch2/catch.hpp>

#include <sys/socket.h>

#include <thread>
#include <vector>

namespace {

using namespace smol;
using namespace smol::test;
using namespace std::chrono_literals;

TEST_CASE("one connection too many gets a 503 while all are at work, and room is made again")
{
    net::server_options options;
    options.connections_max = 3;
    test_server server(options);
    std::vector<raw_client> held;
    for (int i = 0; i < 3; ++i)
    {
        held.emplace_back(server.port());
        held.back().send(get("/wait"));
    }
    CHECK(eventually([&] { return server.service.waiting == 3; }));
    raw_client extra(server.port());
    const auto answer = extra.exchange(get("/hello"));
    CHECK(answer.head.status == 503);
    CHECK_FALSE(answer.head.keep_alive);
    CHECK(answer.body.find("too_many_requests") != std::string::npos);
    server.service.release = true;
    for (auto& one : held)
        CHECK(one.read().head.status == 200);
    held.clear();
    CHECK(eventually([&] { return server.server->connections() == 0; }));
    raw_client again(server.port());
    CHECK(again.exchange(get("/hello")).body == "hello");
}

TEST_CASE("at the cap connections that send nothing give way, the longest waiting first")
{
    net::server_options options;
    options.connections_max = 3;
    test_server server(options, 1);
    raw_client busy(server.port());
    busy.send(get("/wait"));
    CHECK(eventually([&] { return server.service.waiting == 1; }));
    raw_client slow(server.port());
    slow.send("GET /hello HT");
    CHECK(eventually([&] { return server.server->connections() == 2; }));
    raw_client idle(server.port());
    CHECK(idle.exchange(get("/hello")).body == "hello");
    raw_client first(server.port());
    CHECK(first.exchange(get("/hello")).body == "hello");
    CHECK(slow.is_ended());
    raw_client second(server.port());
    CHECK(second.exchange(get("/hello")).body == "hello");
    CHECK(idle.is_ended());
    CHECK(first.exchange(get("/hello")).body == "hello");
    server.service.release = true;
    CHECK(busy.read().head.status == 200);
}

TEST_CASE("a server out of descriptors closes newcomers and lives on")
{
    test_server server;
    raw_client before(server.port());
    CHECK(before.exchange(get("/hello")).body == "hello");
    std::vector<raw_client> waiting;
    for (int i = 0; i < 4; ++i)
        waiting.emplace_back(server.port());
    CHECK(eventually([&] { return server.server->connections() == 5; }));
    // The client's own sockets must exist first: connecting needs descriptors in this process too.
    const io::unique_fd late(::socket(AF_INET, SOCK_STREAM, 0));
    std::vector<io::unique_fd> eaten;
    for (;;)
    {
        io::unique_fd one(::dup(late.get()));
        if (!one)
            break;
        eaten.push_back(std::move(one));
    }
    sockaddr_storage to{};
    socklen_t size = sizeof to;
    REQUIRE(::getpeername(before.socket(), reinterpret_cast<sockaddr*>(&to), &size) == 0);
    REQUIRE(::connect(late.get(), reinterpret_cast<sockaddr*>(&to), size) == 0);
    char byte = 0;
    CHECK(::recv(late.get(), &byte, 1, 0) <= 0);  // closed at once
    CHECK(before.exchange(get("/hello")).body == "hello");
    eaten.clear();
    raw_client after(server.port());
    CHECK(after.exchange(get("/hello")).body == "hello");
}

TEST_CASE("an orderly stop ends idle connections and lets exchanges finish")
{
    test_server server;
    raw_client idle(server.port());
    CHECK(idle.exchange(get("/hello")).body == "hello");
    raw_client busy(server.port());
    busy.send(get("/wait"));
    CHECK(eventually([&] { return server.service.waiting.load() == 1; }));
    std::thread stopper([&] { server.stop(20s); });
    CHECK(idle.read_rest().empty());
    server.service.release.store(true);
    const auto answer = busy.read();
    CHECK(answer.body == "waited");
    CHECK_FALSE(answer.head.keep_alive);
    CHECK(busy.is_ended());
    stopper.join();
    CHECK(server.server->connections() == 0);
    CHECK_THROWS(raw_client(server.port()));
}

TEST_CASE("a stop does not wait longer than it is told to")
{
    test_server server;
    raw_client busy(server.port());
    busy.send(put("/sink", "x", "Expect: 100-continue\r\n").substr(0, 40));
    raw_client reading(server.port());
    reading.send("PUT /sink HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nx");
    CHECK(eventually([&] { return server.server->connections() == 2; }));
    const auto begun = std::chrono::steady_clock::now();
    server.stop(100ms);
    CHECK(std::chrono::steady_clock::now() - begun < 5s);
    CHECK(server.server->connections() == 0);
    CHECK(busy.is_ended());
    CHECK(reading.is_ended());
}

TEST_CASE("loops can end in the middle of anything")
{
    auto server = std::make_unique<test_server>();
    test_server backend;
    std::vector<raw_client> clients;
    for (const auto* path : {"/wait", "/hello", "/upgrade"})
    {
        clients.emplace_back(server->port());
        clients.back().send(get(path, "Connection: upgrade\r\nUpgrade: echo\r\n"));
    }
    for (const auto& target :
        {std::string("/sink"), std::string("/echo"), "/relay?to=" + std::to_string(backend.port())})
    {
        clients.emplace_back(server->port());
        clients.back().send("PUT " + target +
                            " HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n" +
                            pattern(300'000));
    }
    CHECK(eventually([&] { return server->service.waiting.load() == 1; }));
    CHECK(eventually([&] { return server->service.pipe_pieces_sent.load() > 0; }));
    server.reset();
    for (auto& client : clients)
        CHECK(client.is_ended());
}

TEST_CASE("a server says why it cannot listen")
{
    test_server taken;
    net::loops loops(1);
    net::server_options options;
    options.listen = "127.0.0.1";
    options.port = taken.port();
    CHECK_THROWS_WITH(net::server(loops, taken.service, options),
        Catch::Contains("cannot listen on 127.0.0.1:") && Catch::Contains("in use"));
    options.listen = "192.0.2.1";
    options.port = 0;
    CHECK_THROWS_AS(net::server(loops, taken.service, options), std::runtime_error);
}

TEST_CASE("localhost listens on one port of both families")
{
    test_service service;
    net::loops loops(1);
    net::server server(loops, service, net::server_options());
    CHECK(server.port() != 0);
}

}  // namespace
