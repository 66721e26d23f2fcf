#include "common/net/client.hpp"
#include "common/net/clock.hpp"
#include "test/support/run_on.hpp"
#include "test/support/socket_pair.hpp"

#include <catch2/catch.hpp>

#include <vector>

namespace {

using namespace smol;
using namespace smol::test;
using namespace std::chrono_literals;

net::task<void> check_taking(net::loop& home)
{
    net::connection_store store;
    auto first = make_socket_pair(home);
    auto second = make_socket_pair(home);
    const auto* latest = second.near.get();
    store.give_back("a:1", std::move(first.near));
    store.give_back("a:1", std::move(second.near));
    CHECK_FALSE(store.take("b:1"));
    CHECK(store.take("a:1").get() == latest);
    co_await first.far->write_all(as_bytes("unasked"));
    const auto time = net::make_system_clock();
    co_await time->wait(20ms);
    CHECK_FALSE(store.take("a:1"));
}

TEST_CASE("the latest connection of an address is taken, and never one with news")
{
    net::loops loops(1);
    loops.start();
    run_on(loops.at(0), check_taking(loops.at(0)));
}

net::task<void> check_limits(net::loop& home)
{
    net::connection_store store;
    std::vector<socket_pair> pairs;
    for (int i = 0; i < 70; ++i)
    {
        pairs.push_back(make_socket_pair(home));
        store.give_back("a:1", std::move(pairs.back().near));
    }
    std::vector<std::unique_ptr<net::stream>> taken;
    while (auto one = store.take("a:1"))
        taken.push_back(std::move(one));
    CHECK(taken.size() == 64);
    auto& spare = taken[0];
    store.give_back("a:1", std::move(spare));
    store.drop_old(std::chrono::steady_clock::now() + 29s);
    CHECK((taken[0] = store.take("a:1")));
    store.give_back("a:1", std::move(taken[0]));
    store.drop_old(std::chrono::steady_clock::now() + 31s);
    CHECK_FALSE(store.take("a:1"));
    taken[1]->close();
    store.give_back("a:1", std::move(taken[1]));
    CHECK_FALSE(store.take("a:1"));
    store.close();
    store.give_back("a:1", std::move(taken[2]));
    CHECK_FALSE(store.take("a:1"));
    co_return;
}

TEST_CASE("few connections are kept, not for long, and none once closed")
{
    net::loops loops(1);
    loops.start();
    run_on(loops.at(0), check_limits(loops.at(0)));
}

}  // namespace
