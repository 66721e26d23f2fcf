#include "common/net/session.hpp"
#include "test/support/raw_client.hpp"
#include "test/support/test_server.hpp"

#include <catch2/catch.hpp>

#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <vector>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SMOL_TEST_SANITIZED
#endif
#endif

namespace {

using namespace smol;
using namespace smol::test;

[[maybe_unused]] std::size_t resident_bytes()
{
    ::malloc_trim(0);  // what earlier tests left free must not hide what this one takes
    std::size_t total = 0;
    std::size_t resident = 0;
    std::ifstream("/proc/self/statm") >> total >> resident;
    return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

// Two descriptors for each connection, both in this process.
[[maybe_unused]] std::size_t connections_possible()
{
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    return std::min<std::size_t>(5'000, (limit.rlim_cur - 200) / 2);
}

#ifndef SMOL_TEST_SANITIZED
TEST_CASE("an idle connection costs less than 8 KiB of memory")
{
    test_server server;
    std::vector<raw_client> clients;
    const auto count = connections_possible();
    clients.reserve(count);
    raw_client first(server.port());
    first.exchange(get("/hello"));
    const auto before = resident_bytes();
    for (std::size_t i = 0; i < count; ++i)
    {
        clients.emplace_back(server.port());
        clients.back().exchange(get("/hello"));
    }
    const auto each = (resident_bytes() - before) / count;
    CAPTURE(count, each);
    CHECK(server.server->connections() == count + 1);
    CHECK(each < 8 * KiB);
    WARN("bytes for each of " << count << " idle connections: " << each);
}
#endif

}  // namespace
