#include "common/net/rounds.hpp"
#include "test/support/one_thread.hpp"

#include <boost/asio/post.hpp>
#include <catch2/catch.hpp>

#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace smol;
using namespace smol::test;

// Rounds of numbers, each answered by its text, that last until everybody else has had a turn.
struct world
{
    explicit world(std::size_t items_max = 100)
        : all([this](std::vector<int> items) { return answer(std::move(items)); }, items_max)
    {}

    net::task<std::vector<std::string>> answer(std::vector<int> items)
    {
        rounds.push_back(items);
        if (meanwhile)
            std::exchange(meanwhile, nullptr)();
        const asio::use_awaitable_t<net::executor> token;
        co_await asio::post(thread.get_executor(), token);
        if (std::exchange(throws, false))
            throw std::runtime_error("no memory");
        std::vector<std::string> outcomes;
        for (const auto one : items)
            outcomes.push_back(std::to_string(one));
        co_return outcomes;
    }

    net::task<int> ask(int number)
    {
        const auto outcome = co_await all.join(number);
        CHECK(outcome == std::to_string(number));
        answered.push_back(number);
        co_return 0;
    }

    void ask_aside(int number)
    {
        auto ended = [this](std::exception_ptr failure, int) { failures += failure ? 1 : 0; };
        asio::co_spawn(thread.get_executor(), ask(number), std::move(ended));
    }

    manual_clock time;
    one_thread thread{time};
    std::function<void()> meanwhile;
    std::vector<std::vector<int>> rounds;
    std::vector<int> answered;
    bool throws = false;  // the next round
    int failures = 0;
    net::rounds<int, std::string> all;
};

TEST_CASE("whoever asks while a round runs is in the next one and gets an outcome of its own")
{
    world in;
    in.meanwhile = [&in] {
        for (int number = 2; number <= 5; ++number)
            in.ask_aside(number);
    };
    in.thread.run(in.ask(1));
    in.thread.settle();
    CHECK(in.rounds == std::vector<std::vector<int>>{{1}, {2, 3, 4, 5}});
    CHECK(in.answered.size() == 5);
    in.thread.run(in.ask(6));
    CHECK(in.rounds.back() == std::vector<int>{6});
}

TEST_CASE("a round takes no more than it may, in the order in which they came")
{
    world in(3);
    in.meanwhile = [&in] {
        for (int number = 2; number <= 8; ++number)
            in.ask_aside(number);
    };
    in.thread.run(in.ask(1));
    in.thread.settle();
    CHECK(in.rounds == std::vector<std::vector<int>>{{1}, {2, 3, 4}, {5, 6, 7}, {8}});
    CHECK(in.answered.size() == 8);
}

TEST_CASE("a round that throws ends for all who are in it, and another one follows")
{
    world in;
    in.meanwhile = [&in] {
        in.throws = true;
        in.ask_aside(2);
    };
    in.ask_aside(1);
    in.thread.settle();
    CHECK(in.failures == 1);
    CHECK(in.answered == std::vector<int>{2});
    in.meanwhile = [&in] {
        in.ask_aside(4);
        in.ask_aside(5);
        in.meanwhile = [&in] { in.throws = true; };
    };
    in.thread.run(in.ask(3));
    in.thread.settle();
    CHECK(in.failures == 3);
    in.thread.run(in.ask(6));
    CHECK(in.answered == std::vector<int>{2, 3, 6});
}

TEST_CASE("who comes between two rounds, or during each of them, is never left waiting")
{
    world in(2);
    for (int number = 1; number <= 50; ++number)
        in.ask_aside(number);
    in.thread.settle();
    CHECK(in.answered.size() == 50);
    CHECK(in.rounds.size() >= 25);
}

}  // namespace
