#include "test/support/absent_peers.hpp"
#include "test/support/one_thread.hpp"
#include "volume/commit_line.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <catch2/catch.hpp>

namespace {

using namespace smol;
using namespace smol::test;

// A master whose answers take a turn of everybody else.
class slow_master final : public absent_peers
{
public:
    explicit slow_master(net::executor home) : home_(home) {}

    net::task<result<wire::commit_answers>> commit(wire::commit_requests request) override
    {
        calls.push_back(request.commits.size());
        if (meanwhile)
            std::exchange(meanwhile, nullptr)();
        const asio::use_awaitable_t<net::executor> token;
        co_await asio::post(home_, token);
        if (failure)
            co_return failure;
        wire::commit_answers all;
        for (const auto& one : request.commits)
            all.answers.push_back({wire::commit_outcome::refused, one.key});
        if (forgets_one)
            all.answers.pop_back();
        co_return all;
    }

    std::vector<std::size_t> calls;
    std::function<void()> meanwhile;
    error_code failure;
    bool forgets_one = false;

private:
    net::executor home_;
};

struct world
{
    manual_clock time;
    one_thread thread{time};
    slow_master master{thread.get_executor()};
    volume::commit_line commits{master};
    std::vector<std::string> told;  // KEY: the reason that came for it

    net::task<int> ask(std::string key)
    {
        wire::commit_request one;
        one.key = key;
        const auto answer = co_await commits.commit(std::move(one));
        told.push_back(key + ": " + (answer ? answer->reason : name_of(answer.error())));
        co_return 0;
    }

    // "a" is on its way when "b" and "c" come.
    void ask_three()
    {
        master.meanwhile = [this] {
            for (const auto* const key : {"b", "c"})
                asio::co_spawn(thread.get_executor(), ask(key), [](std::exception_ptr, int) {});
        };
        thread.run(ask("a"));
        thread.settle();
    }
};

using lines = std::vector<std::string>;

TEST_CASE("commits that come while a call is under way share the next one")
{
    world in;
    in.ask_three();
    CHECK(in.master.calls == std::vector<std::size_t>{1, 2});
    CHECK(in.told == lines{"a: a", "b: b", "c: c"});
}

TEST_CASE("all that were in a call that failed learn it, and may ask again")
{
    world in;
    in.master.failure = errc::peer_unreachable;
    in.ask_three();
    CHECK(in.told == lines{"a: peer_unreachable", "b: peer_unreachable", "c: peer_unreachable"});
    in.master.failure = {};
    in.thread.run(in.ask("d"));
    CHECK(in.told.back() == "d: d");
}

TEST_CASE("answers that are not as many as the commits are nobody's")
{
    world in;
    in.master.forgets_one = true;
    in.ask_three();
    CHECK(in.told == lines{"a: format_damaged", "b: format_damaged", "c: format_damaged"});
}

}  // namespace
