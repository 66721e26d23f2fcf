#include "cli/command.hpp"
#include "cli/parallel.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <stdexcept>
#include <vector>

using namespace smol;

namespace {

// Who was there, in which order, and how many at a time.
struct visits
{
    std::vector<std::size_t> begun;
    std::size_t inside = 0;
    std::size_t inside_most = 0;
    std::size_t ended = 0;
};

net::task<void> visit(net::clock& time, std::size_t index, visits& all)
{
    all.begun.push_back(index);
    all.inside_most = std::max(all.inside_most, ++all.inside);
    co_await time.wait(std::chrono::milliseconds(index % 3));
    --all.inside;
    ++all.ended;
}

net::task<void> throw_at_once(std::size_t)
{
    throw std::runtime_error("on purpose");
    co_return;
}

net::task<cli::exit_code> visit_all(
    net::loop& home, net::clock& time, std::size_t count, std::size_t workers, visits& all)
{
    const std::function<net::task<void>(std::size_t)> one = [&](std::size_t index) {
        return visit(time, index, all);
    };
    co_await cli::for_each_index(home, time, count, workers, one);
    co_return cli::exit_code::ok;
}

net::task<cli::exit_code> throw_everywhere(net::loop& home, net::clock& time)
{
    const std::function<net::task<void>(std::size_t)> one = throw_at_once;
    co_await cli::for_each_index(home, time, 10, 3, one);
    co_return cli::exit_code::ok;
}

}  // namespace

TEST_CASE("all are visited once, in order, and never more at a time than workers")
{
    struct row
    {
        std::size_t count;
        std::size_t workers;
        std::size_t inside_most;
    };
    const auto [count, workers, inside_most] = GENERATE(values<row>({
        {0, 4, 0},
        {0, 0, 0},
        {1, 4, 1},
        {3, 0, 1},
        {50, 1, 1},
        {50, 7, 7},
        {5, 100, 5},
    }));
    visits all;
    const auto code =
        cli::run_on_loop([&, size = count, most = workers](net::loop& home, net::clock& time) {
            return visit_all(home, time, size, most, all);
        });
    CHECK(code == cli::exit_code::ok);
    CHECK(all.ended == count);
    CHECK(all.begun.size() == count);
    CHECK(std::is_sorted(all.begun.begin(), all.begun.end()));
    CHECK(all.inside_most == inside_most);
}

TEST_CASE("work that throws does not keep anyone waiting")
{
    CHECK(cli::run_on_loop(throw_everywhere) == cli::exit_code::ok);
}
