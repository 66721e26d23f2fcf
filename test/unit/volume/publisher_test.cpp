#include "test/support/absent_peers.hpp"
#include "test/support/manual_clock.hpp"
#include "test/support/one_thread.hpp"
#include "volume/publisher.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>

namespace {

using namespace smol;
using namespace smol::test;

const wire::place at{"vol-b", "b:1"};

class listening_peers final : public absent_peers
{
public:
    net::task<result<void>> publish(std::string address, wire::publish_request request) override
    {
        const auto home = co_await asio::this_coro::executor;
        const asio::use_awaitable_t<net::executor> token;
        co_await asio::post(home, token);
        CHECK(address == at.address);
        CHECK(request.volume == at.volume);
        calls.push_back(request.entries.size());
        if (meanwhile)
            meanwhile();
        co_return answer;
    }

    std::vector<std::size_t> calls;
    std::function<void()> meanwhile;
    result<void> answer;
};

struct world
{
    manual_clock time;
    one_thread thread{time};
    listening_peers others;
    volume::publisher words{others, time};

    bool add() { return words.add(at, {"k", ++generation, false, 1}); }
    void tell() { thread.run(ended(words.tell(at))); }

    std::uint64_t generation = 0;

private:
    static net::task<int> ended(net::task<void> work)
    {
        co_await std::move(work);
        co_return 0;
    }
};

TEST_CASE("what comes up while a volume is told goes with the next call, and one tells")
{
    world in;
    REQUIRE(in.add());
    in.others.meanwhile = [&] {
        for (int i = 0; i < 10 && in.others.calls.size() == 1; ++i)
            CHECK_FALSE(in.add());
    };
    in.tell();
    CHECK(in.others.calls == std::vector<std::size_t>{1, 10});
    CHECK(in.add());
}

TEST_CASE("many words are several calls, and too many are dropped")
{
    world in;
    for (int i = 0; i < 12'000; ++i)
        in.add();
    in.tell();
    CHECK(in.others.calls == std::vector<std::size_t>(50, 200));
}

TEST_CASE("a volume that does not hear is told a few times")
{
    world in;
    in.others.answer = make_error_code(errc::peer_unreachable);
    REQUIRE(in.add());
    in.tell();
    CHECK(in.others.calls == std::vector<std::size_t>{1, 1, 1});
    CHECK(in.add());
}

}  // namespace
