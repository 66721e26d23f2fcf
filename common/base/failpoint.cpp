#include "common/base/failpoint.hpp"

#ifdef SMOL_FAILPOINTS

#include "common/base/parse.hpp"

#include <atomic>
#include <csignal>
#include <cstdint>
#include <cstdlib>

namespace smol {
namespace {

struct plan
{
    std::string_view name;  // empty: kill nowhere
    std::uint64_t arrival = 1;
    int signal = SIGKILL;
};

// An unreadable plan ends the process: a test that kills nothing would prove nothing.
plan read_plan() noexcept
{
    const char* const text = std::getenv("SMOL_FAILPOINT");
    if (!text)
        return {};
    const std::string_view all = text;
    const auto colon = all.find(':');
    if (colon == all.npos)
        return {all};
    if (all.substr(colon + 1) == "stop")
        return {all.substr(0, colon), 1, SIGSTOP};
    const auto arrival = parse_number(all.substr(colon + 1));
    if (!arrival || *arrival == 0)
        std::abort();
    return {all.substr(0, colon), *arrival};
}

}  // namespace

void failpoint(std::string_view name) noexcept
{
    static const plan planned = read_plan();
    static std::atomic<std::uint64_t> arrivals = 0;
    if (!name.empty() && name == planned.name && arrivals.fetch_add(1) + 1 == planned.arrival)
        std::raise(planned.signal);
}

}  // namespace smol

#endif
