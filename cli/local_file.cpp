#include "cli/local_file.hpp"

#include "common/base/bytes.hpp"
#include "common/io/file.hpp"
#include "common/io/transfer.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

namespace smol::cli {

namespace {

namespace fs = std::filesystem;

error_code last_error()
{
    return {errno, boost::system::system_category()};
}

}  // namespace

result<source_file> open_source(const std::string& path)
{
    // Non-blocking, or a named pipe without a writer would hold us for ever.
    source_file opened;
    opened.file = io::unique_fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!opened.file)
        return last_error();
    struct stat facts
    {};
    if (::fstat(opened.file.get(), &facts) != 0)
        return last_error();
    if (S_ISDIR(facts.st_mode))
        return make_error_code(boost::system::errc::is_a_directory);
    if (!S_ISREG(facts.st_mode))
        return make_error_code(boost::system::errc::invalid_argument);
    opened.size = static_cast<std::uint64_t>(facts.st_size);
    return opened;
}

result<void> hash_span(int file, std::uint64_t offset, std::uint64_t length, xxh3_stream& into)
{
    constexpr std::uint64_t window_bytes = 256 * KiB;
    std::vector<std::byte> window(std::min(length, window_bytes));
    for (const auto end = offset + length; offset < end;)
    {
        const auto wanted = std::min<std::uint64_t>(window.size(), end - offset);
        const auto got = io::read_at(file, std::span(window.data(), wanted), offset);
        if (!got)
            return got.error();
        if (*got == 0)
            return errc::body_truncated;
        into.update(byte_view(window.data(), *got));
        offset += *got;
    }
    return {};
}

result<std::size_t> read_some(int descriptor, std::span<std::byte> room)
{
    for (;;)
    {
        const auto got = ::read(descriptor, room.data(), room.size());
        if (got >= 0)
            return static_cast<std::size_t>(got);
        if (errno != EINTR)
            return last_error();
    }
}

bool is_directory(const std::string& path)
{
    std::error_code ec;
    return fs::is_directory(path, ec);
}

struct tree_walk::state
{
    fs::path root;
    std::vector<fs::path> directories;  // still to be read
    fs::directory_iterator at;
};

tree_walk::tree_walk(std::string root) : state_(std::make_unique<state>())
{
    state_->root = std::move(root);
    state_->directories.push_back(state_->root);
}

tree_walk::~tree_walk() = default;

std::vector<tree_walk::entry> tree_walk::next(std::size_t count)
{
    std::vector<entry> found;
    std::error_code ec;
    while (found.size() < count)
    {
        if (state_->at == fs::directory_iterator())
        {
            if (state_->directories.empty())
                break;
            const auto directory = std::move(state_->directories.back());
            state_->directories.pop_back();
            state_->at = fs::directory_iterator(directory, ec);
            if (ec)
                failures_.push_back(fmt::format("{}: {}", directory.string(), ec.message()));
            continue;
        }
        const auto one = *state_->at;
        const auto status = one.symlink_status(ec);
        if (fs::is_directory(status))
            state_->directories.push_back(one.path());
        else if (fs::is_regular_file(status))
            found.push_back(
                {one.path().lexically_relative(state_->root).string(), one.file_size(ec)});
        else
            passed_over_.push_back(one.path().string());
        state_->at.increment(ec);
        if (ec)
            failures_.push_back(fmt::format("{}: {}", one.path().string(), ec.message()));
    }
    return found;
}

}  // namespace smol::cli
