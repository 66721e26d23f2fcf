#include "common/net/server.hpp"
#include "test/support/raw_client.hpp"
#include "test/support/test_server.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

namespace {

using namespace smol;
using namespace smol::test;

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

TEST_CASE("a second answer is not sent")
{
    test_server server;
    raw_client client(server.port());
    CHECK(client.exchange(get("/twice")).body == "hello");
    CHECK(client.exchange(get("/hello")).body == "hello");
}

}  // namespace
