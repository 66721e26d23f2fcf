#include "common/ops/signals.hpp"

#include <catch2/catch.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace {

using namespace smol;
using namespace std::chrono_literals;

// In a child, so that this process keeps its signals.
template <typename Act>
int status_of_child(Act act)
{
    const auto child = ::fork();
    if (child == 0)
    {
        std::signal(SIGTERM, SIG_DFL);  // not the test runner's
        std::signal(SIGINT, SIG_DFL);
        act();
        ::_exit(99);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return status;
}

TEST_CASE("the first signal is returned, with ticks before; SIGPIPE is nothing")
{
    for (const int sent : {SIGTERM, SIGINT})
    {
        const int status = status_of_child([sent] {
            ops::block_signals();
            ::raise(SIGPIPE);
            int ticks = 0;
            const int got = ops::wait_for_signal(1ms, [&] {
                if (++ticks == 3)
                    ::kill(::getpid(), sent);
            });
            ::_exit(got == sent && ticks == 3 ? 0 : 1);
        });
        CHECK(WIFEXITED(status));
        CHECK(WEXITSTATUS(status) == 0);
    }
}

TEST_CASE("the second signal ends the process")
{
    const int status = status_of_child([] {
        ops::block_signals();
        ::kill(::getpid(), SIGTERM);
        ops::wait_for_signal(1s, [] {});
        ::kill(::getpid(), SIGTERM);
    });
    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == SIGTERM);
}

}  // namespace
