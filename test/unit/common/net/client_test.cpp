#include "common/net/client.hpp"
#include "test/support/print_result.hpp"
#include "test/support/raw_client.hpp"
#include "test/support/test_server.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <fcntl.h>

namespace {

using namespace smol;
using namespace smol::test;
using namespace std::chrono_literals;

http::request_head request(std::string method, std::string target)
{
    http::request_head head;
    head.method = std::move(method);
    head.target = std::move(target);
    return head;
}

result<net::reply> ask(test_server& on,
    const std::string& to,
    http::request_head head,
    std::string body = {},
    net::client_timeouts timeouts = {})
{
    auto work = net::call(on.home(), to, std::move(head), std::move(body), timeouts);
    return run_on(on.home(), std::move(work));
}

TEST_CASE("call brings back a small answer, over a kept connection")
{
    test_server server;
    for (int i = 0; i < 20; ++i)
    {
        const auto answer = ask(server, server.address(), request("GET", "/hello"));
        REQUIRE(answer);
        CHECK(answer->head.status == 200);
        CHECK(answer->body == "hello");
    }
    CHECK(server.server->connections() == 1);
    const auto posted = ask(server, server.address(), request("PUT", "/text"), pattern(500'000));
    REQUIRE(posted);
    CHECK(posted->body == pattern(500'000));
    const auto headed = ask(server, server.address(), request("HEAD", "/hello"));
    REQUIRE(headed);
    CHECK(headed->head.content_length == 5);
    CHECK(headed->body.empty());
    CHECK(server.server->connections() == 1);
}

TEST_CASE("call tries a new connection where a kept one has died")
{
    net::server_options options;
    test_server caller;
    auto first = std::make_unique<test_server>(options);
    const auto address = first->address();
    options.port = first->port();
    REQUIRE(ask(caller, address, request("GET", "/hello")));
    first.reset();
    const auto nobody = ask(caller, address, request("GET", "/hello"));
    CHECK(nobody.error() == errc::peer_unreachable);
    test_server second(options);
    const auto answer = ask(caller, address, request("GET", "/hello"));
    REQUIRE(answer);
    CHECK(answer->body == "hello");
}

TEST_CASE("call gives up on who is not there, does not answer, or does not speak HTTP")
{
    test_server server;
    CHECK(ask(server, "127.0.0.1:1", request("GET", "/")).error() == errc::peer_unreachable);
    for (const auto* bad : {"", "localhost", ":80", "host:", "host:x", "host:70000", "::1:80"})
    {
        CAPTURE(bad);
        CHECK(ask(server, bad, request("GET", "/")).error() == errc::peer_unreachable);
    }
    net::client_timeouts timeouts;
    timeouts.answer = 300ms;
    const auto late = ask(server, server.address(), request("GET", "/wait"), {}, timeouts);
    CHECK(late.error() == errc::peer_unreachable);
    server.service.release.store(true);
}

TEST_CASE("localhost is known without a name server")
{
    test_server server;
    const auto to = "localhost:" + std::to_string(server.port());
    CHECK(ask(server, to, request("GET", "/hello")).value().body == "hello");
}

net::task<std::string> send_in_parts(net::loop& home,
    std::string to,
    http::framing how,
    net::more then,
    int file,
    std::uint64_t file_bytes)
{
    auto opened = co_await net::client_exchange::open(home, to);
    auto& one = opened.value();
    auto head = request("PUT", "/sink");
    head.body = how;
    head.content_length = 100'000 + 10 + file_bytes;
    (co_await one.send_head(std::move(head))).value();
    const auto large = pattern(100'000);
    (co_await one.send(as_bytes(large), then)).value();
    const std::string small = "0123456789";
    (co_await one.send(as_bytes(small), then)).value();
    (co_await one.send_file(file, 0, file_bytes, then)).value();
    (co_await one.finish()).value();
    (co_await one.receive()).value();
    auto text = co_await one.receive_text(1000);
    co_return text.value();
}

TEST_CASE("a request goes out in parts, by length or chunked")
{
    const auto how = GENERATE(http::framing::length, http::framing::chunked);
    const auto then = GENERATE(net::more::no, net::more::yes);
    test_server server;
    const auto content = pattern(1'000'000);
    const io::unique_fd file(::open("/tmp", O_TMPFILE | O_RDWR, 0600));
    REQUIRE(::write(file.get(), content.data(), content.size()) == 1'000'000);
    auto work =
        send_in_parts(server.home(), server.address(), how, then, file.get(), content.size());
    const auto answer = run_on(server.home(), std::move(work));
    CHECK(answer.starts_with(digest_line(pattern(100'000) + "0123456789" + content) + " "));
    CHECK(server.server->connections() == 1);
}

net::task<unsigned> send_until_refused(net::loop& home, std::string to)
{
    auto opened = co_await net::client_exchange::open(home, to);
    auto& one = opened.value();
    auto head = request("PUT", "/refuse");
    head.body = http::framing::length;
    head.content_length = 1'000'000'000;
    (co_await one.send_head(std::move(head))).value();
    const auto bytes = pattern(100'000);
    while (!one.has_answer())
        (co_await one.send(as_bytes(bytes))).value();
    const auto answer = co_await one.receive();
    co_return answer.value().status;
}

TEST_CASE("an early answer is seen while the body is being sent")
{
    test_server server;
    auto work = send_until_refused(server.home(), server.address());
    CHECK(run_on(server.home(), std::move(work)) == 413);
}

net::task<std::string> talk_upgraded(net::loop& home, std::string to)
{
    auto opened = co_await net::client_exchange::open(home, to);
    auto& one = opened.value();
    auto head = request("GET", "/upgrade");
    head.headers.set("Upgrade", "echo");
    (co_await one.send_head(std::move(head))).value();
    const auto answer = co_await one.receive();
    auto heard = std::to_string(answer.value().status) + " " + one.take_buffered();
    const std::string said = "ping";
    (co_await one.connection().write_all(as_bytes(said))).value();
    while (heard.size() < 8)
    {
        std::array<std::byte, 16> bytes{};
        const auto got = co_await one.connection().read_some(bytes);
        heard += as_text(std::span(bytes).first(got.value()));
    }
    co_return heard;
}

TEST_CASE("an upgraded connection is the caller's")
{
    test_server server;
    CHECK(run_on(server.home(), talk_upgraded(server.home(), server.address())) == "101 ping");
}

TEST_CASE("a body passes from one server to another through pipes, both ways")
{
    test_server back;
    test_server front;
    raw_client client(front.port());
    const auto body = pattern(5'000'000);
    const auto to = fmt::format("/relay?to={}", back.port());
    const auto received = client.exchange(put(to, body)).body;
    CHECK(received.starts_with(digest_line(body) + " "));
    CHECK(front.service.pipe_pieces_sent.load() > 0);
    raw_client second(front.port());
    CHECK(second.exchange(put(to + "&path=/text", pattern(700'000))).body == pattern(700'000));
    raw_client third(front.port());
    third.send("PUT " + to +
               " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
               "5\r\nhello\r\n0\r\n\r\n");
    CHECK(third.read().body == digest_line("hello") + " 0");
    raw_client fourth(front.port());
    CHECK(fourth.exchange(put(to + "&path=/stream", "x")).body == "one two three");
    raw_client fifth(front.port());
    CHECK(fifth.exchange(put("/relay?to=1", "x")).head.status == 503);
}

TEST_CASE("a peer that dies in the middle of its answer cuts off the relayed one")
{
    test_server back;
    test_server front;
    raw_client client(front.port());
    client.send(put(fmt::format("/relay?to={}&path=/stream%3Fcut", back.port()), "x"));
    CHECK_THROWS(client.read());
}

}  // namespace
