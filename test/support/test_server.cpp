#include "test/support/test_server.hpp"

#include "common/base/digest.hpp"
#include "common/base/hex.hpp"
#include "common/base/parse.hpp"
#include "common/net/message_body.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace smol::test {

using net::exchange;
using net::task;

namespace {

http::response_head plain(unsigned status = 200)
{
    http::response_head head;
    head.status = status;
    head.headers.set("Content-Type", "text/plain");
    return head;
}

}  // namespace

std::string pattern(std::size_t size)
{
    std::string bytes(size, '\0');
    std::uint32_t state = 12345;
    for (auto& byte : bytes)
    {
        state = state * 1664525U + 1013904223U;
        byte = static_cast<char>(state >> 24U);
    }
    return bytes;
}

std::string digest_line(std::string_view bytes)
{
    return fmt::format("{} {}", bytes.size(), to_hex(xxh3_of(bytes)));
}

std::string put(std::string_view path, std::string_view body, std::string_view extra)
{
    return fmt::format("PUT {} HTTP/1.1\r\nHost: x\r\n{}Content-Length: {}\r\n\r\n{}",
        path,
        extra,
        body.size(),
        body);
}

std::string get(std::string_view path, std::string_view extra)
{
    return fmt::format("GET {} HTTP/1.1\r\nHost: x\r\n{}\r\n", path, extra);
}

bool test_service::serve_now(exchange& one)
{
    const auto& target = one.target();
    if (target.path == "/file" && !target.has("later"))
    {
        answer_file(one);
        return true;
    }
    if (target.path != "/now")
        return false;
    if (target.has("throw"))
        throw std::runtime_error("thrown by the test");
    auto& [head, key, value, text] = one.space();
    text = target.has("large") ? pattern(large_bytes)
                               : "now" + std::string(target.find("name").value_or(""));
    head.headers.add("Content-Type", "text/plain");
    one.answer(head, text);
    one.answer_refusal(errc::not_found, "Unseen.", "");  // the first one counts
    return true;
}

task<void> test_service::serve(exchange& one)
{
    const auto& path = one.target().path;
    if (path == "/hello")
    {
        const auto body = "hello" + std::string(one.target().find("name").value_or(""));
        co_await one.respond(plain(), body);
    }
    else if (path == "/bodiless")
    {
        const auto status = parse_number(one.target().query.at(0).name).value();
        co_await one.respond(plain(static_cast<unsigned>(status)), "");
    }
    else if (path == "/twice")
    {
        co_await one.respond(plain(), "hello");
        const auto again = co_await one.refuse(errc::not_found, "Unseen.", "");
        if (again)
            throw std::runtime_error("a second answer was taken");
    }
    else if (path == "/sink")
        co_await sink(one);
    else if (path == "/text")
        co_await text(one);
    else if (path == "/echo")
        co_await one.respond_from(plain(), one.body());
    else if (path == "/refuse")
        co_await one.refuse(errc::body_too_large, "Send less.", "refuse");
    else if (path == "/peek")
    {
        co_await one.body().next();
        co_await one.respond(plain(), "peeked");
    }
    else if (path == "/file")
        answer_file(one);
    else if (path == "/stream")
        co_await stream(one);
    else if (path == "/upgrade")
        co_await upgrade(one);
    else if (path == "/throw")
        throw std::runtime_error("thrown by the test");
    else if (path == "/wait")
        co_await wait(one);
    else if (path == "/relay")
        co_await relay(one);
    else if (path != "/silent")
        co_await one.refuse(errc::not_found, {}, {});
}

task<void> test_service::sink(exchange& one)
{
    xxh3_stream digest;
    std::uint64_t size = 0;
    int pipes = 0;
    for (;;)
    {
        const auto got = co_await one.body().next();
        if (!got)
        {
            last_failure = got.error();
            co_await one.refuse(got.error(), {}, {});
            co_return;
        }
        if (got->size == 0)
            break;
        std::string bytes;
        net::append(bytes, *got).value();
        digest.update(as_bytes(bytes));
        size += got->size;
        pipes += got->pipe ? 1 : 0;
    }
    const auto answer = fmt::format("{} {} {}", size, to_hex(digest.value()), pipes);
    co_await one.respond(plain(), answer);
}

task<void> test_service::text(exchange& one)
{
    const auto got = co_await one.read_body(MiB);
    if (got)
        co_await one.respond(plain(), *got);
    else
        co_await one.refuse(got.error(), {}, {});
}

void test_service::answer_file(exchange& one) const
{
    auto head = plain();
    one.answer_file(head, part_of(file, one.target().has("short") ? 1 : 0));
    one.answer_refusal(errc::not_found, "Unseen.", "");  // the first one counts
}

task<void> test_service::stream(exchange& one)
{
    co_await one.begin(plain());
    constexpr std::array<std::string_view, 4> pieces{"one ", "", "two ", "three"};
    for (const auto text : pieces)
        co_await one.write(text);
    if (!one.target().has("cut"))
        co_await one.end();
}

task<void> test_service::upgrade(exchange& one)
{
    const auto agreed = co_await one.upgrade("echo");
    if (!agreed)
        co_return;
    std::array<std::byte, 64> bytes{};
    for (;;)
    {
        const auto got = co_await one.connection().read_some(bytes);
        if (!got || *got == 0)
            co_return;
        co_await one.connection().write_all(std::span(bytes).first(*got));
    }
}

task<void> test_service::wait(exchange& one)
{
    const auto time = net::make_system_clock();
    ++waiting;
    while (!release.load())
        co_await time->wait(std::chrono::milliseconds(2));
    --waiting;
    co_await one.respond(plain(), "waited");
}

task<void> test_service::relay(exchange& one)
{
    const auto to = "127.0.0.1:" + std::string(one.target().find("to").value());
    auto opened = co_await net::client_exchange::open(net::this_loop(), to);
    if (!opened)
    {
        co_await one.refuse(opened.error(), {}, {});
        co_return;
    }
    http::request_head head;
    head.method = one.request().method;
    head.target = one.target().has("path") ? std::string(*one.target().find("path")) : "/sink";
    head.body = one.request().body;
    head.content_length = one.request().content_length;
    result<void> sent = co_await opened->send_head(std::move(head));
    while (sent)
    {
        const auto got = co_await one.body().next();
        if (!got)
            co_return;  // no answer: the session makes it a 500
        if (got->size == 0)
            break;
        pipe_pieces_sent += got->pipe ? 1 : 0;
        sent = co_await opened->send(*got);
    }
    if (sent)
        co_await opened->finish();
    auto answer = co_await opened->receive();
    if (!answer)
        co_await one.refuse(answer.error(), {}, {});
    else
        co_await one.respond_from(plain(answer->status), opened->body());
}

test_server::test_server(net::server_options options, std::size_t threads) : loops(threads)
{
    options.listen = "127.0.0.1";
    server = std::make_unique<net::server>(loops, service, std::move(options));
    server->start();
    loops.start();
}

test_server::~test_server()
{
    loops.stop();
}

void test_server::stop(std::chrono::milliseconds limit)
{
    run_on(home(), server->stop(*clock, limit));
}

}  // namespace smol::test
