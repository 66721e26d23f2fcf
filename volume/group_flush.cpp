#include "volume/group_flush.hpp"

#include "common/base/broken.hpp"
#include "common/base/bytes.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace smol::volume {

namespace {

constexpr std::size_t group_min = 2;
constexpr std::uint64_t loose_bytes_max = 32 * MiB;
constexpr std::chrono::milliseconds long_flush{500};
constexpr std::chrono::seconds pause_after_long{5};
constexpr std::size_t helpers_max = 7;

result<void> flush_directory(int below, const std::string& path)
{
    const auto opened = io::open_directory_at(below, path);
    if (!opened && io::is_absent(opened.error()))
        return {};
    if (!opened)
        return opened.error();
    return io::flush_all(opened->get());
}

}  // namespace

// Threads that take the next file until there is none. Whoever begins late finds nothing to do.
struct group_flush::crew
{
    explicit crew(std::vector<int> all) : files(std::move(all)) {}

    void work()
    {
        for (;;)
        {
            const auto mine = next.fetch_add(1);
            if (mine >= files.size())
                return;
            const auto done = io::flush_all(files[mine]);
            const std::lock_guard hold(mutex);
            if (!done && !failure)
                failure = done.error();
            if (++finished == files.size())
                ended.notify_all();
        }
    }

    error_code wait()
    {
        std::unique_lock lock(mutex);
        ended.wait(lock, [this] { return finished == files.size(); });
        return failure;
    }

    const std::vector<int> files;
    std::atomic<std::size_t> next{0};
    std::mutex mutex;
    std::condition_variable ended;
    std::size_t finished = 0;
    error_code failure;
};

group_flush::group_flush(int directory, net::pool& helpers)
    : directory_(directory), helpers_(helpers),
      can_flush_as_a_whole_(io::flushes_as_a_whole(directory))
{}

result<void> group_flush::flush(flush_work all)
{
    if (may_flush_as_a_whole(all))
        return flush_as_a_whole(all);
    return flush_each(std::move(all));
}

bool group_flush::may_flush_as_a_whole(const flush_work& all) const
{
    const bool is_group = std::max(all.files.size(), all.directories.size()) >= group_min;
    const auto loose = loose_.load();
    return is_group && can_flush_as_a_whole_ && !has_failed_.load() &&
           loose <= all.bytes + loose_bytes_max &&
           not_before_.load() <= std::chrono::steady_clock::now() &&
           !is_broken(breakage::no_data_flush) && !is_broken(breakage::no_directory_flush);
}

// The fsync(2) that follows finds everything clean. It is there because it fails where the journal
// has failed or the file system was shut down, while syncfs(2) of older kernels then says nothing.
result<void> group_flush::flush_as_a_whole(const flush_work& all)
{
    const auto begun = std::chrono::steady_clock::now();
    auto done = io::flush_file_system(directory_);
    if (!done)
        has_failed_.store(true);
    if (done && !all.files.empty())
        done = io::flush_all(all.files.front());
    else if (done)
        done = flush_directory(directory_, all.directories.front());
    const auto ended = std::chrono::steady_clock::now();
    if (ended - begun > long_flush)
        not_before_.store(ended + pause_after_long);
    return done;
}

result<void> group_flush::flush_each(flush_work all)
{
    const auto hands = std::make_shared<crew>(std::move(all.files));
    const auto helpers = std::min(helpers_max, hands->files.size());
    for (std::size_t i = 1; i < helpers; ++i)
        helpers_.submit([hands] { hands->work(); });
    hands->work();
    if (!hands->files.empty())
    {
        const auto failure = hands->wait();
        if (failure)
            return failure;
    }
    for (const auto& one : all.directories)
    {
        const auto done = flush_directory(directory_, one);
        if (!done)
            return done;
    }
    return {};
}

}  // namespace smol::volume
