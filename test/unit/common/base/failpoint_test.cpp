#include "common/base/failpoint.hpp"

#include <catch2/catch.hpp>

#ifdef SMOL_FAILPOINTS

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

namespace {

constexpr int survived = 7;

// Runs a process that passes "S5.first" three times with the given plan; gives its wait status.
int status_with(const char* plan)
{
    const auto child = ::fork();
    if (child == 0)
    {
        if (plan)
            ::setenv("SMOL_FAILPOINT", plan, 1);
        else
            ::unsetenv("SMOL_FAILPOINT");
        ::signal(SIGABRT, SIG_DFL);
        smol::failpoint("S5.first");
        smol::failpoint("S5.replica");
        smol::failpoint("S5.first");
        smol::failpoint("S5.first");
        ::_exit(survived);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return status;
}

bool is_killed_by(int status, int signal)
{
    return WIFSIGNALED(status) && WTERMSIG(status) == signal;
}

bool is_survivor(int status)
{
    return WIFEXITED(status) && WEXITSTATUS(status) == survived;
}

}  // namespace

TEST_CASE("A failpoint kills at the arrival that was asked for")
{
    const auto* const plan = GENERATE("S5.first", "S5.first:1", "S5.first:3", "S5.replica");
    CAPTURE(plan);
    CHECK(is_killed_by(status_with(plan), SIGKILL));
}

TEST_CASE("A failpoint lets pass whom nobody asked it to kill")
{
    const auto* const plan = GENERATE(
        as<const char*>(), nullptr, "S5.first:4", "S5.replica:2", "S5", "S5.first.data", "");
    CAPTURE(plan ? plan : "none");
    CHECK(is_survivor(status_with(plan)));
}

TEST_CASE("A plan that cannot be read ends the process instead of killing nothing")
{
    const auto* const plan = GENERATE("S5.first:", "S5.first:0", "S5.first:x", "S5.first:-1");
    CAPTURE(plan);
    CHECK(is_killed_by(status_with(plan), SIGABRT));
}

#endif
