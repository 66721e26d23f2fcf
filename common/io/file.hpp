#pragma once

// Files and directories by descriptor, as result<T>. Every path is relative to an open directory
// and is resolved with RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS (openat2(2)), so nothing outside can
// be reached. Everything here may block on the disk: never call it on an event loop.

#include "common/base/result.hpp"
#include "common/io/unique_fd.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace smol::io {

struct file_facts
{
    std::uint64_t size = 0;
    std::uint64_t inode = 0;
    bool regular = false;
};

struct space
{
    std::uint64_t capacity_bytes = 0;
    std::uint64_t free_bytes = 0;   // to an ordinary user
    std::uint64_t free_inodes = 0;  // the maximum where the file system has no limit (btrfs)
};

// ENOENT.
bool is_absent(const error_code& why) noexcept;

result<unique_fd> open_directory(const std::string& path);
result<unique_fd> open_directory_at(int directory, const std::string& path);
result<unique_fd> open_path_at(
    int directory, const std::string& path);  // only to name what is in it
result<unique_fd> create_file_at(int directory, const std::string& path);  // EEXIST if it is there
result<unique_fd> open_file_at(int directory, const std::string& path);    // for reading, O_NOATIME
result<void> make_directory_at(int directory, const std::string& path);    // success if it is there
result<void> rename_at(int directory, const std::string& from, const std::string& to);
// `name` has no slash, and neither has what comes after it in `to`.
result<void> rename_into(
    int from_directory, const std::string& name, int directory, const std::string& to);
result<void> unlink_at(int directory, const std::string& path);
result<std::vector<std::string>> list_directory(int directory, const std::string& path);
result<file_facts> facts_of(int file);
result<space> space_of(int directory);

// fdatasync(2) and fsync(2). After an error never call again for the same file: the kernel has
// forgotten the pages it could not write (PostgreSQL's "fsyncgate").
result<void> flush_data(int file);
result<void> flush_all(int file);

// syncfs(2): all files and names of the file system that `directory` is on. Since Linux 5.8 it
// tells of every error of writing back since the descriptor was opened or it last told of one.
result<void> flush_file_system(int directory);
// Whether that can be relied on to make files and names durable: ext4 and XFS, on such a kernel.
// (FUSE, for one, does not hand the call on.)
bool flushes_as_a_whole(int directory);

result<void> set_attribute(int file, const char* name, std::string_view value);
// ENODATA if there is none.
result<std::string> get_attribute(int file, const char* name);

// A small file, whole: at most `bytes_max`. And the reverse, by temporary file, flush, rename and
// flush of the directory.
result<std::string> read_file_at(int directory, const std::string& path, std::size_t bytes_max);
result<void> replace_file_at(int directory, const std::string& path, std::string_view content);

}  // namespace smol::io
