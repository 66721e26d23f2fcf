#pragma once

// A server on loopback with a handler for every way to receive and to answer.

#include "common/net/client.hpp"
#include "common/net/server.hpp"
#include "test/support/lent_file.hpp"
#include "test/support/run_on.hpp"

#include <atomic>
#include <memory>
#include <string>

namespace smol::test {

// /hello        "hello" + the query's value of "name"
// /bodiless?N   status N without a body
// /twice        "hello", then tries to refuse
// /sink         reads the body by pieces: "<bytes> <xxh3> <pipe pieces>"
// /text         reads the body whole, at most 1 MiB: echoes it
// /echo         answers from the request's own body
// /refuse       413 without reading
// /peek         reads one piece, then answers
// /file         the file, whole and at once; with ?later in a coroutine; with ?short one byte more
//               than there is
// /stream       three pieces, chunked; /stream?cut stops without an end
// /upgrade      101, then echoes bytes until the end
// /silent       gives no answer; /throw throws
// /wait         answers once `release` is set
// /now          "now" + the query's value of "name", at once; with ?throw throws, with ?large
//               large_bytes instead
// /relay?to=P   passes the request on to port P, and its answer back
class test_service final : public net::service
{
public:
    static constexpr std::size_t large_bytes = 12 * MiB;

    bool serve_now(net::exchange& one) override;
    net::task<void> serve(net::exchange& one) override;

    std::shared_ptr<lent_file> file;
    std::atomic<bool> release{false};
    std::atomic<int> waiting{0};
    std::atomic<int> pipe_pieces_sent{0};
    error_code last_failure;  // of the last body; read it after the exchange

private:
    net::task<void> sink(net::exchange& one);
    net::task<void> text(net::exchange& one);
    void answer_file(net::exchange& one) const;
    net::task<void> stream(net::exchange& one);
    net::task<void> upgrade(net::exchange& one);
    net::task<void> wait(net::exchange& one);
    net::task<void> relay(net::exchange& one);
};

class test_server
{
public:
    explicit test_server(net::server_options options = {}, std::size_t threads = 2);
    ~test_server();

    std::uint16_t port() const { return server->port(); }
    std::string address() const { return "127.0.0.1:" + std::to_string(port()); }
    net::loop& home() { return loops.at(0); }
    void stop(std::chrono::milliseconds limit);

    test_service service;
    std::unique_ptr<net::clock> clock = net::make_system_clock();
    net::loops loops;
    std::unique_ptr<net::server> server;
};

std::string pattern(std::size_t size);
std::string digest_line(std::string_view bytes);  // "<bytes> <xxh3>"
std::string put(std::string_view path, std::string_view body, std::string_view extra = {});
std::string get(std::string_view path, std::string_view extra = {});

}  // namespace smol::test
