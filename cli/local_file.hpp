#pragma once

// Files of this machine that are sent: opened, hashed, found in a tree. Everything here may block:
// call it on a pool.

#include "common/base/digest.hpp"
#include "common/base/result.hpp"
#include "common/io/unique_fd.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace smol::cli {

struct source_file
{
    io::unique_fd file;
    std::uint64_t size = 0;
};

// Regular files only: is_a_directory, invalid_argument.
result<source_file> open_source(const std::string& path);

// body_truncated if the file ends before.
result<void> hash_span(int file, std::uint64_t offset, std::uint64_t length, xxh3_stream& into);

// At most `room.size()` bytes; 0 at the end.
result<std::size_t> read_some(int descriptor, std::span<std::byte> room);

bool is_directory(const std::string& path);

// The regular files of a tree, in no particular order. Symbolic links and special files are passed
// over.
class tree_walk
{
public:
    struct entry
    {
        std::string path;  // below the root, with slashes
        std::uint64_t size = 0;
    };

    explicit tree_walk(std::string root);
    ~tree_walk();

    // The next entries, at most `count`; none at the end.
    std::vector<entry> next(std::size_t count);

    // Since the last call: what could not be read, and why; and the paths that were passed over.
    std::vector<std::string> take_failures() { return std::exchange(failures_, {}); }
    std::vector<std::string> take_passed_over() { return std::exchange(passed_over_, {}); }

private:
    struct state;
    std::unique_ptr<state> state_;
    std::vector<std::string> failures_;
    std::vector<std::string> passed_over_;
};

}  // namespace smol::cli
