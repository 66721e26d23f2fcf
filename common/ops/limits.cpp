#include "common/ops/limits.hpp"

#include "common/base/parse.hpp"
#include "common/io/file.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <utility>

namespace smol::ops {

std::uint64_t raise_descriptor_limit() noexcept
{
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return _POSIX_OPEN_MAX;
    const auto before = std::exchange(limit.rlim_cur, limit.rlim_max);
    return ::setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_max : before;
}

std::uint64_t memory_bytes()
{
    const auto pages = static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES));
    const auto all = pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    const auto group = io::open_directory("/sys/fs/cgroup");
    const auto limit = group ? io::read_file_at(group->get(), "memory.max", 64)
                             : result<std::string>(group.error());
    if (!limit)
        return all;
    const auto granted = parse_number(limit->substr(0, limit->find('\n')));  // "max" is none
    return granted ? std::min(all, *granted) : all;
}

}  // namespace smol::ops
