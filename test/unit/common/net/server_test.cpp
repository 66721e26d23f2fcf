#include "common/net/server.hpp"
#include "test/support/raw_client.hpp"
#include "test/support/test_server.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <sys/socket.h>

#include <thread>
#include <vector>

namespace {

using namespace smol;
using namespace smol::test;
using namespace std::chrono_literals;

TEST_CASE("a server keeps a connection over many requests")
{
    test_server server;
    raw_client client(server.port());
    for (int i = 0; i < 50; ++i)
    {
        const auto answer = client.exchange(get("/hello"));
        CHECK(answer.head.status == 200);
        CHECK(answer.body == "hello");
        CHECK(answer.head.keep_alive);
        CHECK(answer.header("Server") == "smol/" SMOL_VERSION);
        CHECK(answer.header("Smol-Request-Id").size() == 16);
        CHECK(answer.header("Date").ends_with(" GMT"));
    }
    CHECK(server.server->connections() == 1);
}

TEST_CASE("a server answers pipelined requests in order, bodies among them")
{
    test_server server;
    raw_client client(server.port());
    std::string all;
    for (int i = 0; i < 40; ++i)
        all += get(fmt::format("/hello?name={}", i)) + put("/text", fmt::format("body {}", i)) +
               "\r\n";
    client.send(all);
    for (int i = 0; i < 40; ++i)
    {
        CHECK(client.read().body == fmt::format("hello{}", i));
        CHECK(client.read().body == fmt::format("body {}", i));
    }
}

TEST_CASE("requests may arrive a byte at a time")
{
    test_server server;
    raw_client client(server.port());
    for (const auto& request : {put("/text", "drip"), get("/now?name=drip")})
    {
        for (const char c : request)
            client.send(std::string_view(&c, 1));
        CHECK(client.read().body.ends_with("drip"));
    }
}

TEST_CASE("what is answered at once keeps its place among what is not")
{
    test_server server;
    raw_client client(server.port());
    std::string all;
    for (int i = 0; i < 500; ++i)
        all += get(fmt::format("/now?name={}", i)) + get(fmt::format("/hello?name={}", i)) +
               put("/now?name=p", "not read") + "\r\n";
    client.send(all);
    for (int i = 0; i < 500; ++i)
    {
        CHECK(client.read().body == fmt::format("now{}", i));
        CHECK(client.read().body == fmt::format("hello{}", i));
        CHECK(client.read().body == "nowp");
    }
}

TEST_CASE("an answer at once has all that other answers have")
{
    test_server server;
    raw_client client(server.port());
    const auto answer = client.exchange(get("/now"));
    CHECK(answer.head.status == 200);
    CHECK(answer.header("Content-Type") == "text/plain");
    CHECK(answer.header("Server") == "smol/" SMOL_VERSION);
    CHECK(answer.header("Smol-Request-Id").size() == 16);
    CHECK(answer.header("Date").ends_with(" GMT"));
    CHECK(answer.head.headers.size() == 5);

    client.send("HEAD /now HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(client.read("HEAD").head.headers.size() == 5);
    client.send("GET /now HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    CHECK(client.read().header("Connection") == "keep-alive");
    CHECK(client.exchange(get("/now?throw")).head.status == 500);
    CHECK(client.exchange(get("/now?a&a")).head.status == 400);
    CHECK(client.exchange(get("/now")).body == "now");
    client.send(get("/now", "Connection: close\r\n"));
    CHECK(client.read().head.keep_alive == false);
    CHECK(client.is_ended());
}

TEST_CASE("an answer at once that the client is slow to take arrives whole")
{
    test_server server;
    raw_client client(server.port(), 4096);
    client.send(get("/now?large") + get("/now"));
    CHECK(client.read().body == pattern(test_service::large_bytes));
    CHECK(client.read().body == "now");
    client.finish_sending();
    CHECK(client.read_rest().empty());
}

TEST_CASE("a client that closes its side after the request gets its answer and the end")
{
    test_server server;
    const auto* const path = GENERATE("/now", "/hello");
    raw_client client(server.port());
    client.send(get(path));
    client.finish_sending();
    CHECK(client.read().head.status == 200);
    CHECK(client.read_rest().empty());
}

TEST_CASE("what one request left does not show in the next, on whichever connection")
{
    test_server server({}, 1);
    raw_client one(server.port());
    raw_client other(server.port());
    const auto long_name = std::string(5000, 'x');
    for (int i = 0; i < 3; ++i)
    {
        CHECK(one.exchange(get("/now?name=" + long_name)).body == "now" + long_name);
        CHECK(other.exchange(get("/now")).body == "now");
        CHECK(other.exchange("nonsense\r\n\r\n").head.status == 400);
        other = raw_client(server.port());
        CHECK(one.exchange(get("/hello")).body == "hello");
        CHECK(one.exchange(get("/missing")).head.status == 404);
    }
}

TEST_CASE("HTTP/1.0 and Connection: close end the connection, keep-alive keeps it")
{
    struct row
    {
        const char* request;
        bool is_kept;
    };
    const auto [request, is_kept] = GENERATE(values<row>({
        {"GET /hello HTTP/1.0\r\n\r\n", false},
        {"GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true},
        {"GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", false},
        {"GET /hello HTTP/1.1\r\nHost: x\r\n\r\n", true},
    }));
    test_server server;
    raw_client client(server.port());
    CAPTURE(request);
    const auto answer = client.exchange(request);
    CHECK(answer.body == "hello");
    CHECK(answer.head.keep_alive == is_kept);
    const bool is_old = std::string_view(request).find("/1.0") != std::string_view::npos;
    CHECK((answer.header("Connection") == "keep-alive") == (is_old && is_kept));
    if (is_kept)
        CHECK(client.exchange(get("/hello")).body == "hello");
    else
        CHECK(client.is_ended());
}

TEST_CASE("what is no request is refused with JSON, and the connection ends")
{
    struct row
    {
        std::string request;
        unsigned status;
    };
    const auto [request, status] = GENERATE(values<row>({
        {"\x16\x03\x01 hello\r\n\r\n", 400},
        {"GET /hello HTTP/1.1\r\n\r\n", 400},
        {"GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        {"PUT /x HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
        {"GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n", 414},
        {"GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(17000, 'a') + "\r\n\r\n", 431},
        {"GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(40000, 'a'), 431},
        {"GET /" + std::string(40000, 'a'), 414},
        {"GET /hello?a=1&a=2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 400},
    }));
    test_server server;
    raw_client client(server.port());
    CAPTURE(request.substr(0, 80));
    const auto answer = client.exchange(request);
    CHECK(answer.head.status == status);
    CHECK(answer.header("Content-Type") == "application/json");
    CHECK(answer.body.find("\"code\"") != std::string::npos);
    CHECK_FALSE(answer.head.keep_alive);
    CHECK(client.is_ended());
}

TEST_CASE("HEAD has the length and no body, and some answers have neither")
{
    test_server server;
    raw_client client(server.port());
    const auto head = client.exchange("HEAD /hello HTTP/1.1\r\nHost: x\r\n\r\n", "HEAD");
    CHECK(head.header("Content-Length") == "5");
    const auto streamed = client.exchange("HEAD /stream HTTP/1.1\r\nHost: x\r\n\r\n", "HEAD");
    CHECK(streamed.header("Transfer-Encoding") == "chunked");
    for (const int status : {204, 304})
    {
        const auto none = client.exchange(get(fmt::format("/bodiless?{}", status)));
        CHECK(none.head.status == static_cast<unsigned>(status));
        CHECK(none.header("Content-Length") == "");
    }
    const auto redirect = client.exchange(get("/bodiless?307"));
    CHECK(redirect.header("Content-Length") == "0");
    CHECK(client.exchange(get("/hello")).body == "hello");
}

TEST_CASE("bodies of every size arrive whole")
{
    const auto size = GENERATE(0U, 1U, 100U, 16384U, 65536U, 65552U, 65601U, 100'000U, 3'000'001U);
    test_server server;
    raw_client client(server.port());
    const auto body = pattern(size);
    CAPTURE(size);
    for (int i = 0; i < 2; ++i)
    {
        const auto answer = client.exchange(put("/sink", body));
        CHECK(answer.body.starts_with(digest_line(body) + " "));
        const bool is_by_pipe = !answer.body.ends_with(" 0");
        const bool is_certain = size <= net::memory_body_bytes_max || size > 1'000'000;
        CHECK((!is_certain || is_by_pipe == (size > 1'000'000)));
    }
}

TEST_CASE("a chunked body arrives whole, whatever its chunks")
{
    const auto chunk = GENERATE(1U, 7U, 1000U, 70'000U);
    test_server server;
    raw_client client(server.port());
    const auto body = pattern(chunk == 1 ? 5'000 : 300'000);
    std::string request = "PUT /sink HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (std::size_t at = 0; at < body.size(); at += chunk)
    {
        const auto run = body.substr(at, chunk);
        request += fmt::format("{:x}\r\n{}\r\n", run.size(), run);
    }
    request += "0\r\nTrailer: dropped\r\n\r\n";
    CAPTURE(chunk);
    CHECK(client.exchange(request + get("/hello")).body == digest_line(body) + " 0");
    CHECK(client.read().body == "hello");
}

TEST_CASE("a broken or cut off body is reported to the handler")
{
    struct row
    {
        std::string request;
        errc reason;
    };
    const auto [request, reason] = GENERATE(values<row>({
        {"Content-Length: 10\r\n\r\n12345", errc::body_truncated},
        {"Content-Length: 1000000\r\n\r\n12345", errc::body_truncated},
        {"Transfer-Encoding: chunked\r\n\r\n5\r\n123", errc::body_truncated},
        {"Transfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n", errc::body_truncated},
        {"Transfer-Encoding: chunked\r\n\r\n5x\r\n12345\r\n0\r\n\r\n", errc::malformed_request},
        {"Transfer-Encoding: chunked\r\n\r\n5\r\n123456\r\n0\r\n\r\n", errc::malformed_request},
    }));
    test_server server;
    raw_client client(server.port());
    CAPTURE(request);
    client.send("PUT /sink HTTP/1.1\r\nHost: x\r\n" + request);
    client.finish_sending();
    const auto answer = client.read();
    CHECK(answer.head.status >= 400);
    CHECK_FALSE(answer.head.keep_alive);
    CHECK(server.service.last_failure == reason);
}

TEST_CASE("100 Continue is sent when the body is asked for, and only then")
{
    const std::string head = "PUT {} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                             "Content-Length: 6\r\n\r\n";
    test_server server;
    raw_client client(server.port());
    client.send(fmt::format(fmt::runtime(head), "/text"));
    const std::string expected = "HTTP/1.1 100 Continue\r\n\r\n";
    CHECK(client.read_bytes(expected.size()) == expected);
    CHECK(client.exchange("abcdef").body == "abcdef");

    // The same connection: a refusal comes without it, and ends the connection.
    const auto refused = client.exchange(fmt::format(fmt::runtime(head), "/refuse"));
    CHECK(refused.head.status == 413);
    CHECK_FALSE(refused.head.keep_alive);
    CHECK(client.is_ended());
}

TEST_CASE("a client that has sent its body before reading sees an early refusal")
{
    test_server server;
    const auto extra = GENERATE("", "Expect: 100-continue\r\n");
    raw_client client(server.port(), 4096);
    const auto body = pattern(20'000'000);
    CHECK(client.try_send(put("/refuse", body, extra)));
    const auto answer = client.read();
    CHECK(answer.head.status == 413);
    CHECK_FALSE(answer.head.keep_alive);
    CHECK(client.read_rest().empty());
}

TEST_CASE("a little unread body is drained and the connection kept")
{
    test_server server;
    raw_client client(server.port());
    for (const std::size_t size : {1U, 5000U, 60000U})
    {
        const auto answer = client.exchange(put("/refuse", pattern(size)));
        CHECK(answer.head.status == 413);
        CHECK(answer.head.keep_alive);
    }
    CHECK(client.exchange(get("/hello")).body == "hello");
    const auto half_read = client.exchange(put("/peek", pattern(300'000)));
    CHECK(half_read.body == "peeked");
    CHECK_FALSE(half_read.head.keep_alive);
}

TEST_CASE("read_body refuses what is too large and keeps to the limit")
{
    test_server server;
    raw_client client(server.port());
    const auto fits = pattern(1 * MiB);
    CHECK(client.exchange(put("/text", fits)).body == fits);
    const auto answer = client.exchange(put("/text", pattern(1 * MiB + 1)));
    CHECK(answer.head.status == 413);
    raw_client second(server.port());
    const auto run = fmt::format("{:x}\r\n{}\r\n", 2 * MiB, pattern(2 * MiB));
    second.send(
        "PUT /text HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + run + "0\r\n\r\n");
    CHECK(second.read().head.status == 413);
}

TEST_CASE("responses of unknown length are chunked, and cut off visibly")
{
    test_server server;
    raw_client client(server.port());
    CHECK(client.exchange(get("/stream")).body == "one two three");
    CHECK(client.exchange(get("/stream")).body == "one two three");
    raw_client old(server.port());
    const auto answer = old.exchange("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    CHECK(answer.head.body == http::framing::to_close);
    CHECK(answer.body == "one two three");
    client.send(get("/stream?cut"));
    CHECK_THROWS(client.read());
}

TEST_CASE("a body can be the response's source")
{
    test_server server;
    raw_client client(server.port());
    const auto body = pattern(2'000'000);
    std::thread sender([&] { client.send(put("/echo", body)); });
    const auto answer = client.read();
    sender.join();
    CHECK(answer.body == body);
}

TEST_CASE("an upgraded connection belongs to the handler, with what was sent early")
{
    test_server server;
    raw_client client(server.port());
    client.send(get("/upgrade", "Connection: upgrade\r\nUpgrade: echo\r\n") + "early ");
    const auto answer = client.read();
    CHECK(answer.head.status == 101);
    CHECK(answer.header("Upgrade") == "echo");
    client.send("late");
    CHECK(client.read_bytes(10) == "early late");
    client.finish_sending();
    CHECK(client.read_rest().empty());
}

TEST_CASE("a handler that throws or says nothing gives a 500")
{
    test_server server;
    raw_client client(server.port());
    for (const auto* path : {"/throw", "/silent"})
    {
        const auto answer = client.exchange(get(path));
        CHECK(answer.head.status == 500);
        CHECK(answer.header("Content-Type") == "application/json");
    }
    CHECK(client.exchange(get("/hello")).body == "hello");
}

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

TEST_CASE("a second answer is not sent")
{
    test_server server;
    raw_client client(server.port());
    CHECK(client.exchange(get("/twice")).body == "hello");
    CHECK(client.exchange(get("/hello")).body == "hello");
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
