#include "common/io/file.hpp"

#include "common/io/last_error.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <limits>
#include <memory>

namespace smol::io {

namespace {

constexpr std::uint64_t beneath = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;
constexpr mode_t file_mode = 0644;
constexpr mode_t directory_mode = 0755;

result<void> checked(int returned) noexcept
{
    if (returned != 0)
        return last_error();
    return {};
}

// openat2(2) has no wrapper in this libc. EAGAIN: a rename raced with the resolution; try again.
result<unique_fd> open_beneath(
    int directory, const std::string& path, int flags, mode_t mode = 0) noexcept
{
    open_how how{};
    how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
    how.mode = mode;
    how.resolve = beneath;
    for (;;)
    {
        const auto fd = ::syscall(SYS_openat2, directory, path.c_str(), &how, sizeof how);
        if (fd >= 0)
            return unique_fd(static_cast<int>(fd));
        if (errno != EINTR && errno != EAGAIN)
            return last_error();
    }
}

bool is_at_least_5_8(std::string_view release) noexcept
{
    unsigned major = 0;
    unsigned minor = 0;
    const auto* const end = release.data() + release.size();
    const auto first = std::from_chars(release.data(), end, major);
    if (first.ec != std::errc() || first.ptr == end || *first.ptr != '.')
        return false;
    const auto second = std::from_chars(first.ptr + 1, end, minor);
    return second.ec == std::errc() && (major > 5 || (major == 5 && minor >= 8));
}

struct split_path
{
    std::string parent;
    std::string name;
};

split_path split(const std::string& path)
{
    const auto slash = path.rfind('/');
    if (slash == std::string::npos)
        return {".", path};
    return {path.substr(0, slash), path.substr(slash + 1)};
}

// The other *at(2) calls take no `resolve`: the parent is opened beneath, and the name has no
// slash.
struct parent_of
{
    unique_fd directory;
    std::string name;
};

result<parent_of> open_parent(int directory, const std::string& path)
{
    auto parts = split(path);
    if (parts.name.empty() || parts.name == "." || parts.name == "..")
        return error_code(EINVAL, boost::system::system_category());
    auto parent = open_beneath(directory, parts.parent, O_PATH | O_DIRECTORY);
    if (!parent)
        return parent.error();
    return parent_of{std::move(*parent), std::move(parts.name)};
}

struct close_directory
{
    void operator()(DIR* open) const noexcept { ::closedir(open); }
};

}  // namespace

bool is_absent(const error_code& why) noexcept
{
    return why == boost::system::errc::no_such_file_or_directory;
}

result<unique_fd> open_directory(const std::string& path)
{
    const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return last_error();
    return unique_fd(fd);
}

result<unique_fd> open_directory_at(int directory, const std::string& path)
{
    return open_beneath(directory, path, O_RDONLY | O_DIRECTORY);
}

result<unique_fd> open_path_at(int directory, const std::string& path)
{
    return open_beneath(directory, path, O_PATH | O_DIRECTORY);
}

result<unique_fd> create_file_at(int directory, const std::string& path)
{
    return open_beneath(directory, path, O_RDWR | O_CREAT | O_EXCL, file_mode);
}

result<unique_fd> open_file_at(int directory, const std::string& path)
{
    auto quiet = open_beneath(directory, path, O_RDONLY | O_NONBLOCK | O_NOATIME);
    if (quiet || quiet.error().value() != EPERM)
        return quiet;
    return open_beneath(directory, path, O_RDONLY | O_NONBLOCK);  // somebody else's file
}

result<void> make_directory_at(int directory, const std::string& path)
{
    const auto parent = open_parent(directory, path);
    if (!parent)
        return parent.error();
    const auto name = parent->name.c_str();
    if (::mkdirat(parent->directory.get(), name, directory_mode) != 0 && errno != EEXIST)
        return last_error();
    return {};
}

result<void> rename_at(int directory, const std::string& from, const std::string& to)
{
    const auto source = open_parent(directory, from);
    if (!source)
        return source.error();
    const auto target = open_parent(directory, to);
    if (!target)
        return target.error();
    return checked(::renameat(source->directory.get(),
        source->name.c_str(),
        target->directory.get(),
        target->name.c_str()));
}

result<void> rename_into(
    int from_directory, const std::string& name, int directory, const std::string& to)
{
    if (name.find('/') != name.npos || to.find('/') != to.npos)
        return error_code(EINVAL, boost::system::system_category());
    return checked(::renameat(from_directory, name.c_str(), directory, to.c_str()));
}

result<void> unlink_at(int directory, const std::string& path)
{
    const auto parent = open_parent(directory, path);
    if (!parent)
        return parent.error();
    return checked(::unlinkat(parent->directory.get(), parent->name.c_str(), 0));
}

result<std::vector<std::string>> list_directory(int directory, const std::string& path)
{
    auto fd = open_directory_at(directory, path.empty() ? "." : path);
    if (!fd)
        return fd.error();
    const std::unique_ptr<DIR, close_directory> open(::fdopendir(fd->get()));
    if (!open)
        return last_error();
    fd->release();  // belongs to `open` now
    std::vector<std::string> names;
    for (;;)
    {
        errno = 0;
        const dirent* entry = ::readdir(open.get());
        if (!entry && errno != 0)
            return last_error();
        if (!entry)
            return names;
        const std::string_view name = entry->d_name;
        if (name != "." && name != "..")
            names.emplace_back(name);
    }
}

result<file_facts> facts_of(int file)
{
    struct stat found
    {};
    if (::fstat(file, &found) != 0)
        return last_error();
    return file_facts{
        static_cast<std::uint64_t>(found.st_size), found.st_ino, S_ISREG(found.st_mode)};
}

result<space> space_of(int directory)
{
    struct statvfs found
    {};
    if (::fstatvfs(directory, &found) != 0)
        return last_error();
    const bool limited = found.f_files != 0;
    return space{
        found.f_blocks * found.f_frsize,
        found.f_bavail * found.f_frsize,
        limited ? found.f_favail : std::numeric_limits<std::uint64_t>::max(),
    };
}

result<void> flush_data(int file)
{
    return checked(::fdatasync(file));
}

result<void> flush_all(int file)
{
    return checked(::fsync(file));
}

result<void> flush_file_system(int directory)
{
    return checked(::syncfs(directory));
}

bool flushes_as_a_whole(int directory)
{
    struct statfs of
    {};
    struct utsname kernel
    {};
    if (::fstatfs(directory, &of) != 0 || ::uname(&kernel) != 0)
        return false;
    const auto type = static_cast<std::uint64_t>(of.f_type);
    return (type == EXT4_SUPER_MAGIC || type == XFS_SUPER_MAGIC) && is_at_least_5_8(kernel.release);
}

}  // namespace smol::io
