#include "common/ops/limits.hpp"

#include <catch2/catch.hpp>

#include <sys/resource.h>
#include <unistd.h>

TEST_CASE("the descriptor limit is raised to what the system allows, and no further")
{
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
    auto lowered = before;
    lowered.rlim_cur = before.rlim_max / 2;
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &lowered) == 0);
    smol::ops::raise_descriptor_limit();
    rlimit after{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &after) == 0);
    CHECK(after.rlim_cur == before.rlim_max);
    CHECK(after.rlim_max == before.rlim_max);
    CHECK(::setrlimit(RLIMIT_NOFILE, &before) == 0);
}

TEST_CASE("memory is what the machine has at most")
{
    const auto bytes = smol::ops::memory_bytes();
    CHECK(bytes > 0);
    CHECK(bytes <= static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) *
                       static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)));
}
