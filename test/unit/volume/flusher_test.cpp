#include "test/support/memory_disk.hpp"
#include "test/support/one_thread.hpp"
#include "volume/flusher.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace smol;
using namespace smol::test;

struct world
{
    manual_clock time;
    one_thread thread{time};
    memory_disk disk;
    volume::flusher group{disk};
    std::size_t flushes = 0;
    std::vector<error_code> outcomes;
};

net::task<int> ask(world& in)
{
    const auto flushed = co_await in.group.flush(nullptr, ".");
    in.outcomes.push_back(flushed ? error_code() : flushed.error());
    co_return 0;
}

void ask_aside(world& in)
{
    asio::co_spawn(in.thread.get_executor(), ask(in), [](std::exception_ptr, int) {});
}

TEST_CASE("whoever asks while a flush runs shares the next one")
{
    world in;
    in.disk.fail([&](std::string_view, const std::string&) {
        if (++in.flushes == 1)
        {
            for (int i = 0; i < 10; ++i)
                ask_aside(in);
        }
        return error_code();
    });
    in.thread.run(ask(in));
    in.thread.settle();
    CHECK(in.outcomes.size() == 11);
    CHECK(in.flushes == 2);
}

TEST_CASE("all who share a flush learn of its failure, and the next ones get a flush of their own")
{
    world in;
    const error_code broken(5, boost::system::system_category());
    in.disk.fail([&](std::string_view, const std::string&) {
        if (++in.flushes == 1)
        {
            ask_aside(in);
            ask_aside(in);
        }
        return in.flushes == 2 ? broken : error_code();
    });
    in.thread.run(ask(in));
    in.thread.settle();
    in.thread.run(ask(in));
    CHECK(in.outcomes == std::vector<error_code>{{}, broken, broken, {}});
    CHECK(in.flushes == 3);
}

net::task<result<void>> write_and_flush(world& in, std::string path)
{
    auto made = co_await in.disk.create(path, {});
    if (!made)
        co_return made.error();
    const std::shared_ptr<volume::file> content = std::move(*made);
    volume::value_digest digest(volume::md5_rule::small, 3);
    const net::piece bytes{as_bytes("abc"), nullptr, 3};
    const auto written = co_await content->write(bytes, 0, digest);
    if (!written)
        co_return written;
    co_return co_await in.group.flush(content, ".");
}

TEST_CASE("files and names of a group are durable once its flush has ended")
{
    world in;
    std::size_t ended = 0;
    std::size_t flushed_names = 0;
    in.disk.fail([&](std::string_view operation, const std::string&) {
        flushed_names += operation == "flush_directory" ? 1 : 0;
        return error_code();
    });
    for (int i = 0; i < 20; ++i)
    {
        auto one = write_and_flush(in, "f" + std::to_string(i));
        asio::co_spawn(in.thread.get_executor(),
            std::move(one),
            [&](std::exception_ptr, result<void> outcome) { ended += outcome ? 1 : 0; });
    }
    in.thread.settle();
    CHECK(ended == 20);
    CHECK(flushed_names < 20);
    in.disk.lose_power();
    const auto left = in.disk.files();
    REQUIRE(left.size() == 20);
    for (const auto& path : left)
        CHECK(in.thread.run(in.disk.open(path, 10))->bytes == "abc");
}

}  // namespace
