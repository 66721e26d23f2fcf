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
    volume::flusher group{disk, "."};
    std::size_t flushes = 0;
    std::vector<error_code> outcomes;
};

net::task<int> ask(world& in)
{
    const auto flushed = co_await in.group.flush();
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

}  // namespace
