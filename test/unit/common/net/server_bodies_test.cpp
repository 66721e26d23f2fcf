#include "common/net/server.hpp"
#include "test/support/raw_client.hpp"
#include "test/support/test_server.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <thread>

namespace {

using namespace smol;
using namespace smol::test;

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

}  // namespace
