#include "test/support/lent_file.hpp"
#include "test/support/raw_client.hpp"
#include "test/support/test_server.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <sys/socket.h>

namespace {

using namespace smol;
using namespace smol::test;
using namespace std::chrono_literals;

constexpr std::size_t large_bytes = 24 * MiB;  // more than sockets take, and than one turn

std::shared_ptr<lent_file> lend(test_server& to, std::string_view content)
{
    to.service.file = std::make_shared<lent_file>(content);
    return to.service.file;
}

// Only the test and the service have it.
bool is_given_back(const std::shared_ptr<lent_file>& one)
{
    return eventually([&] { return one.use_count() == 2; });
}

TEST_CASE("a file is answered whole, with HEAD only its head")
{
    const std::string path = GENERATE("/file", "/file?later");
    const std::size_t size = GENERATE(0U, 1U, 5'000U, 100'000U, 1'048'576U, 1'048'577U);
    test_server server;
    const auto content = pattern(size);
    const auto file = lend(server, content);
    raw_client client(server.port());
    CAPTURE(path, size);
    for (int i = 0; i < 3; ++i)
    {
        const auto answer = client.exchange(get(path));
        CHECK(answer.head.status == 200);
        CHECK(answer.header("Content-Type") == "text/plain");
        CHECK(answer.header("Server") == "smol/" SMOL_VERSION);
        CHECK(answer.body == content);
        const auto head = client.exchange("HEAD " + path + " HTTP/1.1\r\nHost: x\r\n\r\n", "HEAD");
        CHECK(head.header("Content-Length") == std::to_string(size));
        CHECK(is_given_back(file));
    }
    CHECK(client.exchange(get("/hello")).body == "hello");
    CHECK(file->source.fetches == 0);
    CHECK(file->failures == 0);
}

TEST_CASE("a file that the client is slow to take arrives whole")
{
    const std::string path = GENERATE("/file", "/file?later");
    test_server server;
    const auto content = pattern(large_bytes);
    const auto file = lend(server, content);
    raw_client client(server.port(), 4096);
    client.send(get(path) + get("/now"));
    CHECK(client.read().body == content);
    CHECK(client.read().body == "now");
    CHECK(is_given_back(file));
    CHECK(file->failures == 0);
}

TEST_CASE("files keep their place among other answers")
{
    test_server server;
    const auto content = pattern(200'000);
    const auto file = lend(server, content);
    raw_client client(server.port());
    std::string all;
    for (int i = 0; i < 100; ++i)
        all += get("/file") + get(fmt::format("/now?name={}", i)) + get("/file?later") +
               put("/file", "not read") + get("/hello");
    client.send(all);
    for (int i = 0; i < 100; ++i)
    {
        CHECK(client.read().body == content);
        CHECK(client.read().body == fmt::format("now{}", i));
        CHECK(client.read().body == content);
        CHECK(client.read().body == content);
        CHECK(client.read().body == "hello");
    }
    CHECK(is_given_back(file));
}

TEST_CASE("a connection that is to be closed is, after all of the file")
{
    const std::string path = GENERATE("/file", "/file?later");
    test_server server;
    const auto content = pattern(GENERATE(100'000U, 8'000'000U));
    lend(server, content);
    raw_client client(server.port());
    client.send(get(path, "Connection: close\r\n"));
    const auto answer = client.read();
    CHECK(answer.body == content);
    CHECK_FALSE(answer.head.keep_alive);
    CHECK(client.is_ended());
    raw_client old(server.port());
    old.send("GET " + path + " HTTP/1.0\r\n\r\n");
    CHECK(old.read().body == content);
    CHECK(old.is_ended());
}

// The client must not take it for whole.
TEST_CASE("a file that is shorter than was said cuts the connection, and its owner is told")
{
    const std::string path = GENERATE("/file?short", "/file?short&later");
    const std::size_t size = GENERATE(0U, 5'000U, large_bytes);
    test_server server;
    const auto file = lend(server, pattern(size));
    raw_client client(server.port());
    CAPTURE(path, size);
    client.send(get(path) + get("/hello"));
    CHECK_THROWS(client.read());
    CHECK(eventually([&] { return file->failures == 1; }));
    CHECK(file->failure == errc::blob_damaged);
    CHECK(is_given_back(file));
    CHECK(eventually([&] { return server.server->connections() == 0; }));
}

TEST_CASE("a client that goes away midway is told to the owner, as no fault of the file")
{
    const std::string path = GENERATE("/file", "/file?later");
    test_server server;
    const auto file = lend(server, pattern(large_bytes));
    raw_client client(server.port(), 4096);
    client.send(get(path));
    CHECK(client.read_bytes(1'000).starts_with("HTTP/1.1 200"));
    client.close();
    CHECK(eventually([&] { return file->failures == 1; }));
    CHECK(file->failure != errc::blob_damaged);
    CHECK(file->failure != boost::system::errc::io_error);
    CHECK(is_given_back(file));
    CHECK(eventually([&] { return server.server->connections() == 0; }));
}

TEST_CASE("a reader that takes nothing of a file is cut off")
{
    const std::string path = GENERATE("/file", "/file?later");
    net::server_options options;
    options.body_idle_timeout = 300ms;
    test_server server(options);
    const auto file = lend(server, pattern(large_bytes));
    raw_client client(server.port(), 4096);
    client.send(get(path));
    CHECK(eventually([&] { return file->failures == 1; }));
    CHECK(file->failure == errc::request_timeout);
    CHECK(is_given_back(file));
    CHECK(eventually([&] { return server.server->connections() == 0; }));
}

// A disk may be so fast that the kernel has the file back while it is asked whether it has: then
// nothing is fetched, and the next try tells more.
constexpr int evictions_max = 50;

bool gets_whole(raw_client& client, const std::string& path)
try
{
    client.exchange(get(path));
    return true;
}
catch (const std::exception&)
{
    return false;
}

TEST_CASE("a file that is not in the page cache is fetched, and then not again")
{
    const std::string path = GENERATE("/file", "/file?later");
    const auto content = pattern(500'000);
    int fetches = 0;
    for (int tried = 0; fetches == 0 && tried < evictions_max; ++tried)
    {
        test_server server;
        const auto file = lend(server, content);
        if (!file->evict())
            return;  // a file system in memory, or one that cannot tell
        raw_client client(server.port());
        CHECK(client.exchange(get(path)).body == content);
        fetches = file->source.fetches;
        CHECK(client.exchange(get(path)).body == content);
        CHECK(client.exchange(get(path)).body == content);
        CHECK(file->source.fetches == fetches);
        CHECK(is_given_back(file));
    }
    CHECK(fetches == 1);
}

TEST_CASE("a file that cannot be fetched cuts the connection, and its owner is told")
{
    bool is_cut = false;
    for (int tried = 0; !is_cut && tried < evictions_max; ++tried)
    {
        test_server server;
        const auto file = lend(server, pattern(500'000));
        if (!file->evict())
            return;
        file->source.failure = make_error_code(boost::system::errc::io_error);
        raw_client client(server.port());
        is_cut = !gets_whole(client, "/file");
        if (!is_cut)
            continue;
        CHECK(eventually([&] { return file->failures == 1; }));
        CHECK(file->failure == boost::system::errc::io_error);
        CHECK(is_given_back(file));
    }
    CHECK(is_cut);
}

TEST_CASE("a server that ends in the middle of a file gives it back")
{
    auto server = std::make_unique<test_server>();
    const auto file = lend(*server, pattern(large_bytes));
    raw_client client(server->port(), 4096);
    client.send(get("/file"));
    client.read_bytes(1'000);
    server.reset();
    CHECK(file.use_count() == 1);
    CHECK(client.is_ended());
}

}  // namespace
