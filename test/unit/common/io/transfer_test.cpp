#include "common/io/pipe.hpp"
#include "common/io/transfer.hpp"
#include "test/support/print_result.hpp"
#include "test/support/test_server.hpp"

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <sys/socket.h>

#include <cerrno>

namespace {

using namespace smol;
using smol::test::pattern;

io::unique_fd nameless()
{
    return io::unique_fd(::open("/tmp", O_TMPFILE | O_RDWR, 0600));
}

std::string read_all(int file)
{
    std::string content(200'000, '\0');
    const auto got = io::read_at(file, std::as_writable_bytes(std::span(content)), 0).value();
    content.resize(got);
    return content;
}

struct sockets
{
    sockets()
    {
        int both[2];
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, both) == 0);
        near = io::unique_fd(both[0]);
        far = io::unique_fd(both[1]);
    }
    io::unique_fd near;
    io::unique_fd far;
};

TEST_CASE("bytes go from a socket by pipe into a file, at an offset")
{
    const sockets ends;
    const auto pipe = io::pipe::create().value();
    const auto file = nameless();
    const auto sent = pattern(60'000);
    REQUIRE(::send(ends.far.get(), sent.data(), sent.size(), 0) == 60'000);
    std::size_t moved = 0;
    while (moved < sent.size())
        moved += io::splice_in(ends.near.get(), pipe.write_end(), sent.size() - moved).value();
    CHECK_FALSE(pipe.is_empty());
    REQUIRE(io::splice_to_file(pipe.read_end(), file.get(), 100, sent.size()));
    CHECK(pipe.is_empty());
    CHECK((read_all(file.get()) == std::string(100, '\0') + sent));
    const auto nothing = io::splice_in(ends.near.get(), pipe.write_end(), 10);
    CHECK(nothing.error().value() == EAGAIN);
    ::shutdown(ends.far.get(), SHUT_WR);
    CHECK(io::splice_in(ends.near.get(), pipe.write_end(), 10).value() == 0);
}

TEST_CASE("a file goes out by sendfile, and its end is told")
{
    const sockets ends;
    const auto file = nameless();
    REQUIRE(io::write_all_at(file.get(), as_bytes("0123456789"), 0));
    CHECK(io::sendfile_some(ends.near.get(), file.get(), 4, 100).value() == 6);
    CHECK(io::sendfile_some(ends.near.get(), file.get(), 10, 100).value() == 0);
    char got[16];
    CHECK(
        std::string(got, static_cast<std::size_t>(::recv(ends.far.get(), got, 16, 0))) == "456789");
    CHECK(io::sendfile_some(-1, file.get(), 0, 1).error().value() == EBADF);
}

TEST_CASE("read_at gives what there is, write_all_at writes what it gets")
{
    const auto file = nameless();
    REQUIRE(io::write_all_at(file.get(), as_bytes("abc"), 2));
    std::array<std::byte, 8> into{};
    CHECK(io::read_at(file.get(), into, 0).value() == 5);
    CHECK(io::read_at(file.get(), into, 5).value() == 0);
    CHECK(io::read_at(-1, into, 0).error().value() == EBADF);
    CHECK(io::write_all_at(-1, as_bytes("x"), 0).error().value() == EBADF);
}

TEST_CASE("what was just written is cached, and nothing is waited for where nothing is")
{
    const auto file = nameless();
    REQUIRE(io::write_all_at(file.get(), as_bytes(pattern(20'000)), 0));
    CHECK(io::is_cached(file.get(), 0, 20'000));
    CHECK(io::is_cached(file.get(), 19'999, 1));
    CHECK(io::is_cached(file.get(), 19'999, 5));
    CHECK(io::is_cached(file.get(), 30'000, 1));
    const auto pipe = io::pipe::create().value();
    CHECK(io::is_cached(pipe.read_end(), 0, 1));  // it cannot tell
    CHECK(io::is_cached(-1, 0, 1));               // the next call does
}

TEST_CASE("what has left the page cache is not cached until it is read")
{
    const auto file = nameless();
    REQUIRE(io::write_all_at(file.get(), as_bytes(pattern(8'192)), 0));
    REQUIRE(::fsync(file.get()) == 0);
    ::posix_fadvise(file.get(), 0, 0, POSIX_FADV_DONTNEED);
    if (io::is_cached(file.get(), 0, 8'192))
        return;  // a file system in memory, or one that cannot tell
    std::array<std::byte, 8'192> into{};
    REQUIRE(io::read_at(file.get(), into, 0).value() == 8'192);
    CHECK(io::is_cached(file.get(), 0, 8'192));
}

TEST_CASE("only empty pipes are kept, and no more than sixteen")
{
    io::pipe_store store;
    std::vector<io::pipe> taken;
    for (int i = 0; i < 20; ++i)
        taken.push_back(store.take().value());
    CHECK(taken.front().capacity() >= 4096);
    for (auto& one : taken)
        store.give_back(std::move(one));
    const auto put = io::write_pipe(store.take().value().write_end(), as_bytes("x"));
    CHECK(put.value() == 1);
}

}  // namespace
