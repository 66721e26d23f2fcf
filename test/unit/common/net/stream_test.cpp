#include "common/io/transfer.hpp"
#include "common/net/stream.hpp"
#include "test/support/open_file.hpp"
#include "test/support/print_result.hpp"
#include "test/support/run_on.hpp"
#include "test/support/socket_pair.hpp"
#include "test/support/test_server.hpp"

#include <catch2/catch.hpp>

#include <fcntl.h>

#include <algorithm>

namespace {

using namespace smol;
using namespace smol::test;
using namespace std::chrono_literals;

// Each test is a coroutine on a loop.
template <typename Test>
void on_loop(Test test)
{
    net::loops loops(1);
    loops.start();
    run_on(loops.at(0), test(loops.at(0)));
    loops.stop();
}

net::task<void> send(net::stream& to, std::string bytes)
{
    co_await to.write_all(as_bytes(bytes));
    to.shutdown_send();
}

net::task<void> check_fill(net::loop& home)
{
    const auto both = make_socket_pair(home);
    net::gate gate;
    auto pipe = io::pipe::create().value();
    const auto sent = pattern(5'000'000);
    both.near->put_back(sent.substr(0, 10));
    net::spawn(home, gate, "send", send(*both.far, sent.substr(10)));
    std::string received;
    for (;;)
    {
        const auto got = co_await both.near->fill(pipe, pipe.capacity());
        REQUIRE(got);
        if (*got == 0)
            break;
        const auto before = received.size();
        received.resize(before + *got);
        const auto tail = std::span(received).subspan(before);
        REQUIRE(io::read_pipe(pipe.read_end(), std::as_writable_bytes(tail)));
        CHECK(pipe.is_empty());
    }
    CHECK((received == sent));
}

TEST_CASE("fill and write_all move everything, what was put back first")
{
    on_loop(check_fill);
}

net::task<void> check_empty(net::loop& home)
{
    const auto both = make_socket_pair(home);
    auto pipe = io::pipe::create().value();
    // All of it before anybody reads: no more than the kernel takes meanwhile.
    const auto sent = pattern(std::min<std::size_t>(pipe.capacity(), 200'000));
    REQUIRE(io::write_pipe(pipe.write_end(), as_bytes(sent)).value() == sent.size());
    REQUIRE(co_await both.near->empty(pipe, sent.size()));
    CHECK(pipe.is_empty());
    CHECK((co_await both.far->discard(1'000)).value() == 1'000);
    std::string received(sent.size() - 1'000, '\0');
    std::size_t size = 0;
    while (size < received.size())
    {
        const auto rest = std::as_writable_bytes(std::span(received).subspan(size));
        const auto got = co_await both.far->read_some(rest);
        size += got.value();
    }
    CHECK((received == sent.substr(1'000)));
}

TEST_CASE("empty sends what the pipe holds, discard passes over")
{
    on_loop(check_empty);
}

net::task<void> check_deadlines(net::loop& home)
{
    const auto both = make_socket_pair(home);
    std::array<std::byte, 8> bytes{};
    both.near->expires_after(50ms);
    const auto late = co_await both.near->read_some(bytes);
    CHECK(late.error() == errc::request_timeout);
    const auto still = co_await both.near->write_all(as_bytes("x"));
    CHECK(still.error() == errc::request_timeout);
    both.near->never_expires();
    CHECK(co_await both.near->write_all(as_bytes("x")));
    net::pace slow;
    slow.idle = 50ms;
    both.near->keeps(slow);
    const auto idle = co_await both.near->read_some(bytes);
    CHECK(idle.error() == errc::request_timeout);
    both.near->close();
    const auto closed = co_await both.near->read_some(bytes);
    CHECK(closed.error() == asio::error::operation_aborted);
}

TEST_CASE("a deadline ends operations until a new one is set; close ends them for good")
{
    on_loop(check_deadlines);
}

net::task<void> check_pace_counts_waiting_only(net::loop& home)
{
    const auto time = net::make_system_clock();
    const auto both = make_socket_pair(home);
    net::pace strict;
    strict.idle = 300ms;
    strict.grace = 300ms;
    strict.bytes_per_second_min = 1'000'000'000;
    both.near->keeps(strict);
    co_await time->wait(900ms);  // our own slowness
    std::array<std::byte, 8> bytes{};
    net::gate gate;
    net::spawn(home, gate, "send", send(*both.far, "late"));
    const auto got = co_await both.near->read_some(bytes);
    CHECK(got.value() == 4);
}

TEST_CASE("a pace counts only the time spent waiting for the peer")
{
    on_loop(check_pace_counts_waiting_only);
}

// Reads little at a time until the end, or until told.
net::task<void> read_slowly(net::stream& from, net::clock& time, const bool& is_over)
{
    std::vector<std::byte> bytes(64 * KiB);
    while (!is_over)
    {
        const auto got = co_await from.read_some(bytes);
        if (!got || *got == 0)
            co_return;
        co_await time.wait(40ms);
    }
}

net::task<void> check_slow_but_steady(net::loop& home)
{
    const auto time = net::make_system_clock();
    const auto both = make_socket_pair(home);
    net::gate gate;
    bool is_over = false;
    net::spawn(home, gate, "read", read_slowly(*both.far, *time, is_over));
    net::pace steady;
    steady.idle = 500ms;
    steady.grace = 500ms;
    steady.bytes_per_second_min = 100'000;
    both.near->keeps(steady);
    const auto bytes = pattern(12'000'000);
    const auto sent = co_await both.near->write_all(as_bytes(bytes));
    CHECK(sent);
    is_over = true;
    both.near->close();
    CHECK(co_await gate.drained(*time, 5s));
}

TEST_CASE("a peer that reads slowly but fast enough is not cut off, however large the buffers")
{
    on_loop(check_slow_but_steady);
}

net::task<void> check_too_slow(net::loop& home)
{
    const auto time = net::make_system_clock();
    auto both = make_socket_pair(home);
    net::pace strict;
    strict.idle = 300ms;
    both.near->keeps(strict);
    const auto bytes = pattern(30'000'000);
    const auto sent = co_await both.near->write_all(as_bytes(bytes));
    CHECK(sent.error() == errc::request_timeout);
    both.near.reset();
    both.far->expires_after(5s);
    const auto left = co_await both.far->discard(bytes.size());
    CHECK_FALSE(left);  // not even what the kernel had taken already
    CHECK(left.error() != errc::request_timeout);
}

TEST_CASE("a peer that was too slow gets nothing more, and the kernel keeps nothing for it")
{
    on_loop(check_too_slow);
}

net::task<void> check_staleness(net::loop& home)
{
    const auto both = make_socket_pair(home);
    CHECK_FALSE(both.near->is_stale());
    CHECK(both.near->is_from_loopback());
    co_await both.far->write_all(as_bytes("x"));
    CHECK(co_await both.near->wait_readable());
    CHECK(both.near->is_stale());
    CHECK((co_await both.near->discard(1)).value() == 1);
    CHECK_FALSE(both.near->is_stale());
    both.far->close();
    CHECK(co_await both.near->wait_readable());
    CHECK(both.near->is_stale());
}

TEST_CASE("a stale connection is one with news nobody asked for")
{
    on_loop(check_staleness);
}

net::task<std::string> receive(net::stream& from, std::size_t size)
{
    std::string bytes(size, '\0');
    for (std::size_t have = 0; have < size;)
    {
        const auto left = std::as_writable_bytes(std::span(bytes).subspan(have));
        const auto got = co_await from.read_some(left);
        REQUIRE(got);
        have += *got;
    }
    co_return bytes;
}

net::task<void> check_cold_file(net::loop& home)
{
    const auto both = make_socket_pair(home);
    const io::unique_fd file(::open("/tmp", O_TMPFILE | O_RDWR, 0600));
    const auto content = pattern(60'000);
    REQUIRE(io::write_all_at(file.get(), as_bytes(content), 0));
    open_file from(file.get());
    REQUIRE(co_await both.near->send_file(from, 10'000, 50'000));
    CHECK(from.fetches == 0);
    CHECK((co_await receive(*both.far, 50'000)) == content.substr(10'000));
    REQUIRE(::fsync(file.get()) == 0);
    ::posix_fadvise(file.get(), 0, 0, POSIX_FADV_DONTNEED);
    if (io::is_cached(file.get(), 0, 60'000))
        co_return;  // a file system in memory, or one that cannot tell
    from.failure = errc::blob_missing;
    CHECK((co_await both.near->send_file(from, 0, 60'000)).error() == errc::blob_missing);
    from.failure = {};
    REQUIRE(co_await both.near->send_file(from, 0, 60'000));
    CHECK(from.fetches == 2);
    CHECK((co_await receive(*both.far, 60'000)) == content);
}

TEST_CASE("a file that has left the page cache is fetched before it is sent")
{
    on_loop(check_cold_file);
}

net::task<void> check_dead_peer(net::loop& home)
{
    const auto both = make_socket_pair(home);
    const io::unique_fd file(::open("/tmp", O_TMPFILE | O_RDWR, 0600));
    REQUIRE(io::write_all_at(file.get(), as_bytes(pattern(1'000'000)), 0));
    co_await both.near->write_all(as_bytes("unread"));
    both.far->close();
    co_await both.near->wait_readable();
    auto outcome = co_await both.near->send_file(file.get(), 0, 1'000'000);
    if (outcome)
        outcome = co_await both.near->send_file(file.get(), 0, 1'000'000);
    CHECK_FALSE(outcome);
    auto pipe = io::pipe::create().value();
    REQUIRE(io::write_pipe(pipe.write_end(), as_bytes("left")));
    CHECK_FALSE(co_await both.near->empty(pipe, 4));
}

TEST_CASE("sending to a peer that has gone is an error, not a signal")
{
    on_loop(check_dead_peer);
}

}  // namespace
