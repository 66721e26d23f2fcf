#include "cli/parallel.hpp"

#include "common/net/gate.hpp"

#include <algorithm>
#include <chrono>

namespace smol::cli {

namespace {

struct queue
{
    const std::function<net::task<void>(std::size_t)>& one;
    std::size_t count;
    std::size_t next = 0;
};

net::task<void> work(queue& from)
{
    while (from.next < from.count)
    {
        auto turn = from.one(from.next++);
        co_await std::move(turn);
    }
}

}  // namespace

net::task<void> for_each_index(net::loop& home,
    net::clock& time,
    std::size_t count,
    std::size_t workers,
    const std::function<net::task<void>(std::size_t)>& one)
{
    queue all{one, count};
    net::gate inside;
    const auto size = std::min(count, std::max<std::size_t>(1, workers));
    for (std::size_t i = 0; i < size; ++i)
        net::spawn(home, inside, "worker", work(all));
    constexpr std::chrono::hours forever{24 * 365};
    co_await inside.drained(time, forever);
}

}  // namespace smol::cli
