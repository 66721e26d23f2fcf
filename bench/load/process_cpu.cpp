#include "bench/load/process_cpu.hpp"

#include "common/base/parse.hpp"

#include <fmt/format.h>

#include <time.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>

namespace smol::load {

result<std::vector<pid_t>> parse_pids(std::string_view text)
{
    std::vector<pid_t> found;
    while (!text.empty())
    {
        const auto end = std::min(text.find(','), text.size());
        const auto number = parse_number(text.substr(0, end));
        if (!number || *number == 0 ||
            *number > static_cast<std::uint64_t>(std::numeric_limits<pid_t>::max()))
            return errc::malformed_request;
        found.push_back(static_cast<pid_t>(*number));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return found;
}

// The first number of /proc/PID/task/TID/schedstat: nanoseconds on a CPU (Documentation/scheduler/
// sched-stats.rst). /proc/PID/stat has the same in hundredths of a second, too coarse for a slice.
std::chrono::nanoseconds cpu_time_of(const std::vector<pid_t>& processes)
{
    std::int64_t sum = 0;
    for (const auto process : processes)
    {
        std::error_code gone;
        const auto tasks = fmt::format("/proc/{}/task", process);
        for (auto each = std::filesystem::directory_iterator(tasks, gone);
             !gone && each != std::filesystem::directory_iterator();
             each.increment(gone))
        {
            std::ifstream file(each->path() / "schedstat");
            std::int64_t nanoseconds = 0;
            if (file >> nanoseconds)
                sum += nanoseconds;
        }
    }
    return std::chrono::nanoseconds(sum);
}

std::chrono::nanoseconds own_cpu_time()
{
    timespec used{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

}  // namespace smol::load
