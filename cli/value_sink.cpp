#include "cli/value_sink.hpp"

#include "cli/local_file.hpp"
#include "common/base/bytes.hpp"
#include "common/io/file.hpp"
#include "common/io/transfer.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

namespace smol::cli {

namespace {

error_code last_error()
{
    return {errno, boost::system::system_category()};
}

// Directories of `path` below `root`, made where they are missing; gives the innermost.
result<io::unique_fd> make_parents(int root, const std::string& path)
{
    for (auto slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1))
    {
        const auto made = io::make_directory_at(root, path.substr(0, slash));
        if (!made)
            return made.error();
    }
    const auto last = path.rfind('/');
    return io::open_directory_at(root, last == std::string::npos ? "." : path.substr(0, last));
}

result<io::unique_fd> open_part(int directory, const std::string& name)
{
    constexpr auto flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC;
    io::unique_fd file(::openat(directory, name.c_str(), flags, 0666));
    if (!file || ::flock(file.get(), LOCK_EX | LOCK_NB) != 0)
        return last_error();
    struct stat facts
    {};
    if (::fstat(file.get(), &facts) != 0)
        return last_error();
    if (!S_ISREG(facts.st_mode))
        return make_error_code(boost::system::errc::invalid_argument);
    return file;
}

// A rename over a device, a pipe or a directory would do what nobody asked for.
result<void> check_target(int directory, const std::string& name)
{
    struct stat facts
    {};
    if (::fstatat(directory, name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? result<void>() : result<void>(last_error());
    const bool is_replaceable = S_ISREG(facts.st_mode) || S_ISLNK(facts.st_mode);
    if (!is_replaceable)
        return make_error_code(boost::system::errc::invalid_argument);
    return {};
}

// All of it; waits where the descriptor is a slow pipe that somebody made non-blocking.
result<void> write_fully(int descriptor, byte_view bytes)
{
    while (!bytes.empty())
    {
        const auto written = ::write(descriptor, bytes.data(), bytes.size());
        if (written >= 0)
        {
            bytes = bytes.subspan(static_cast<std::size_t>(written));
            continue;
        }
        if (errno == EAGAIN)
        {
            pollfd one{descriptor, POLLOUT, 0};
            ::poll(&one, 1, -1);
        }
        else if (errno != EINTR)
            return last_error();
    }
    return {};
}

result<std::size_t> read_pipe(int read_end, std::span<std::byte> into)
{
    for (;;)
    {
        const auto got = ::read(read_end, into.data(), into.size());
        if (got > 0)
            return static_cast<std::size_t>(got);
        if (got == 0)
            return make_error_code(errc::body_truncated);
        if (errno != EINTR)
            return last_error();
    }
}

}  // namespace

result<file_sink> file_sink::open(const std::string& directory, const std::string& path)
{
    const auto root = io::open_directory(directory);
    if (!root)
        return root.error();
    auto parent = make_parents(root->get(), path);
    if (!parent)
        return parent.error();
    file_sink made;
    made.directory_ = std::move(*parent);
    made.name_ = path.substr(path.rfind('/') + 1);
    const auto checked = check_target(made.directory_.get(), made.name_);
    if (!checked)
        return checked.error();
    auto file = open_part(made.directory_.get(), made.name_ + part_suffix);
    if (!file)
        return file.error();
    made.file_ = std::move(*file);
    const auto hashed = made.hash_existing();
    if (!hashed)
        return hashed.error();
    return made;
}

result<void> file_sink::hash_existing()
{
    const auto facts = io::facts_of(file_.get());
    if (!facts)
        return facts.error();
    position_ = facts->size;
    return hash_span(file_.get(), 0, position_, digest_);
}

result<void> file_sink::take(const net::piece& one)
{
    const auto begin = position_;
    position_ += one.size;
    if (!one.pipe)
    {
        digest_.update(one.bytes);
        return io::write_all_at(file_.get(), one.bytes, begin);
    }
    const auto moved = io::splice_to_file(one.pipe->read_end(), file_.get(), begin, one.size);
    if (!moved)
        return moved;
    return hash_span(file_.get(), begin, one.size, digest_);
}

bool file_sink::restart()
{
    position_ = 0;
    digest_ = xxh3_stream();
    return ::ftruncate(file_.get(), 0) == 0;
}

result<void> file_sink::complete()
{
    const auto flushed = io::flush_all(file_.get());
    if (!flushed)
        return flushed;
    const auto renamed = io::rename_at(directory_.get(), name_ + part_suffix, name_);
    if (!renamed)
        return renamed;
    return io::flush_all(directory_.get());
}

bool file_sink::forget_if_empty()
{
    return position_ == 0 && io::unlink_at(directory_.get(), name_ + part_suffix).has_value();
}

result<void> output_sink::take(const net::piece& one)
{
    if (!one.pipe)
        return put(one.bytes);
    std::vector<std::byte> buffer(std::min<std::size_t>(one.size, 256 * KiB));
    for (auto left = one.size; left > 0;)
    {
        const std::span<std::byte> room(buffer.data(), std::min(left, buffer.size()));
        const auto got = read_pipe(one.pipe->read_end(), room);
        if (!got)
            return got.error();
        const auto written = put(room.first(*got));
        if (!written)
            return written;
        left -= *got;
    }
    return {};
}

result<void> output_sink::put(byte_view bytes)
{
    digest_.update(bytes);
    position_ += bytes.size();
    return write_fully(descriptor_, bytes);
}

}  // namespace smol::cli
