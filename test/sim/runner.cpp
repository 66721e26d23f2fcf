#include "test/sim/runner.hpp"

#include "test/sim/history.hpp"

#include <fmt/format.h>

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace smol::sim {

namespace {

using steady = std::chrono::steady_clock;

constexpr std::uint64_t histories_a_report = 50;

// What a worker tells; the text of a fault follows.
struct report
{
    counters count;
    std::uint64_t hash = 0;
    std::uint64_t seed = 0;
    std::uint64_t text_size = 0;  // 0: no fault
};

double seconds_since(steady::time_point start)
{
    return std::chrono::duration<double>(steady::now() - start).count();
}

void write_all(int to, const void* from, std::size_t size)
{
    const auto* at = static_cast<const char*>(from);
    while (size > 0)
    {
        const auto wrote = ::write(to, at, size);
        if (wrote <= 0)
            ::_exit(3);
        at += wrote;
        size -= static_cast<std::size_t>(wrote);
    }
}

bool read_all(int from, void* into, std::size_t size)
{
    auto* at = static_cast<char*>(into);
    while (size > 0)
    {
        const auto got = ::read(from, at, size);
        if (got <= 0)
            return false;
        at += got;
        size -= static_cast<std::size_t>(got);
    }
    return true;
}

void work(const order& what, unsigned number, int to)
{
    const auto start = steady::now();
    report soon;
    std::uint64_t untold = 0;
    const auto tell = [&](const std::string& text) {
        soon.text_size = text.size();
        write_all(to, &soon, sizeof soon);
        write_all(to, text.data(), text.size());
        soon = {};
        untold = 0;
    };
    for (std::uint64_t i = number; what.seeds == 0 || i < what.seeds; i += what.jobs)
    {
        if (what.seconds != 0 && seconds_since(start) >= static_cast<double>(what.seconds))
            break;
        soon.seed = what.from + i;
        const auto made = run_history(soon.seed, false);
        soon.count.add(made.count);
        soon.hash += made.hash * (2 * soon.seed + 1);
        if (!made.fault.empty() || ++untold == histories_a_report)
            tell(made.fault);
    }
    tell({});
}

struct worker
{
    pid_t pid = -1;
    int pipe = -1;
};

worker begin_worker(const order& what, unsigned number)
{
    int ends[2];
    if (::pipe(ends) != 0)
        throw std::runtime_error("no pipe");
    const auto pid = ::fork();
    if (pid < 0)
        throw std::runtime_error("no process");
    if (pid == 0)
    {
        ::close(ends[0]);
        work(what, number, ends[1]);
        ::_exit(0);
    }
    ::close(ends[1]);
    return {pid, ends[0]};
}

bool take_report(const worker& from, summary& into)
{
    report one;
    if (!read_all(from.pipe, &one, sizeof one))
        return false;
    std::string text(one.text_size, '\0');
    if (!read_all(from.pipe, text.data(), text.size()))
        return false;
    into.count.add(one.count);
    into.hash += one.hash;
    if (!text.empty())
        into.faults.push_back({one.seed, std::move(text)});
    return true;
}

void print_progress(const order& what, summary& sofar, steady::time_point start)
{
    const auto done = sofar.count[counted::histories];
    const auto passed = seconds_since(start);
    const auto rate = static_cast<double>(done) / std::max(passed, 0.001);
    const auto left = what.seeds != 0
                          ? static_cast<double>(what.seeds - std::min(done, what.seeds)) / rate
                          : static_cast<double>(what.seconds) - passed;
    fmt::print(stderr,
        "\r{} histories, {:.0f}/s, {} with faults, {:.0f} s left   ",
        done,
        rate,
        sofar.faults.size(),
        std::max(left, 0.0));
}

// False: it has ended.
bool attend(worker& one, summary& all)
{
    if (take_report(one, all))
        return true;
    ::close(one.pipe);
    int status = 0;
    ::waitpid(one.pid, &status, 0);
    if (status != 0)
        all.faults.push_back({0, fmt::format("a worker ended with status {}\n", status)});
    return false;
}

}  // namespace

summary run_all(const order& what)
{
    const auto start = steady::now();
    std::vector<worker> workers;
    for (unsigned i = 0; i < what.jobs; ++i)
        workers.push_back(begin_worker(what, i));
    summary all;
    while (!workers.empty() && all.faults.size() < what.faults_max)
    {
        std::vector<pollfd> ready;
        for (const auto& one : workers)
            ready.push_back({one.pipe, POLLIN, 0});
        ::poll(ready.data(), ready.size(), 1'000);
        for (std::size_t i = ready.size(); i-- > 0;)
            if (ready[i].revents != 0 && !attend(workers[i], all))
                workers.erase(workers.begin() + static_cast<std::ptrdiff_t>(i));
        if (!what.is_quiet)
            print_progress(what, all, start);
    }
    for (const auto& one : workers)
    {
        ::close(one.pipe);
        ::kill(one.pid, SIGTERM);  // ours, and in the middle of a history that nobody needs
        ::waitpid(one.pid, nullptr, 0);
    }
    if (!what.is_quiet)
        fmt::print(stderr, "\n");
    all.seconds = seconds_since(start);
    return all;
}

}  // namespace smol::sim
