#include "common/io/pipe.hpp"

#include "common/io/last_error.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <utility>

namespace smol::io {

namespace {

constexpr std::size_t pipes_kept_max = 16;

// An ordinary user may have 64 MiB in pipes (pipe-user-pages-soft); then large ones are refused.
void enlarge(int pipe_end) noexcept
{
    for (const int wanted : {1 << 20, 1 << 18})
        if (::fcntl(pipe_end, F_SETPIPE_SZ, wanted) >= 0)
            return;
}

}  // namespace

result<pipe> pipe::create()
{
    int ends[2];
    if (::pipe2(ends, O_NONBLOCK | O_CLOEXEC) != 0)
        return last_error();
    pipe made;
    made.read_ = unique_fd(ends[0]);
    made.write_ = unique_fd(ends[1]);
    enlarge(ends[1]);
    const int capacity = ::fcntl(ends[1], F_GETPIPE_SZ);
    if (capacity < 0)
        return last_error();
    made.capacity_ = static_cast<std::size_t>(capacity);
    return made;
}

bool pipe::is_empty() const noexcept
{
    int waiting = 0;
    return ::ioctl(read_.get(), FIONREAD, &waiting) == 0 && waiting == 0;
}

result<pipe> pipe_store::take()
{
    if (idle_.empty())
        return pipe::create();
    auto taken = std::move(idle_.back());
    idle_.pop_back();
    return taken;
}

void pipe_store::give_back(pipe empty)
{
    assert(empty.is_empty());
    if (idle_.size() < pipes_kept_max)
        idle_.push_back(std::move(empty));
}

}  // namespace smol::io
