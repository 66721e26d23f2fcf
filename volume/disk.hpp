#pragma once

// The disk seam: what a volume asks of the file system, below the directory it was given. Protocol
// code reaches files through this and nothing else, so that the simulator can crash, fill and
// corrupt them. Paths are relative to the volume's directory. Every call may take as long as a disk
// takes; none blocks the loop it is awaited on. Errors are those of the system calls (ENOENT,
// EEXIST, ENOSPC, EIO, …).

#include "common/io/file.hpp"
#include "common/net/body.hpp"
#include "common/net/file_source.hpp"
#include "common/net/task.hpp"
#include "volume/step_names.hpp"
#include "volume/value_digest.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace smol::volume {

// An extended attribute, by its full name.
struct attribute
{
    const char* name;
    std::string value;
};

// An open file. Used by one coroutine at a time, but for `read`, `fetch`, `descriptor`, `beginning`
// and `digest`, which any may call, on any loop, of the bytes that are there already.
class file : public net::file_source
{
public:
    // Writes all of `one` at `offset` and takes its bytes into `digest`.
    virtual net::task<result<void>> write(
        net::piece one, std::uint64_t offset, value_digest& digest) = 0;
    // And what the file is with it.
    virtual net::task<result<io::file_facts>> set_attribute(attribute one) = 0;

    // Data, size and attributes reach the disk. After an error never again for this file.
    virtual net::task<result<void>> flush() = 0;

    // Takes up to `length` bytes from `offset` into `digest`; how many there were.
    virtual net::task<result<std::uint64_t>> digest(
        xxh3_stream& digest, std::uint64_t offset, std::uint64_t length) = 0;
};

// A blob file opened for reading, with all that one visit to the disk can tell.
struct opened_file
{
    std::unique_ptr<file> content;  // null if `bytes` is all of it
    io::file_facts facts;
    std::string key;          // user.smol.key; empty if there is none
    std::string description;  // user.smol.blob; empty if there is none
    std::string bytes;        // all of it, if it is small enough for the caller
};

// A file that is to be made, in one visit: the single effects happen in this order.
struct new_file
{
    std::string unless;  // nothing is made if there is a file at this path
    std::string path;
    std::vector<attribute> marks;  // set at once
    // A small value has its bytes and its last attribute from the start.
    std::shared_ptr<const std::string> bytes;
    std::optional<attribute> description;
    const step_names* steps = nullptr;  // failpoints between the effects
};

struct made_file
{
    std::optional<opened_file> present;  // what is there instead
    std::shared_ptr<file> content;       // null then
    io::file_facts facts;                // if it was given bytes
};

// The end of a rename that was to replace nothing.
struct moved_file
{
    bool is_done = false;
    result<opened_file> present;  // if not: what is there instead, or why it cannot be told
};

// What becomes durable together. A directory that does not exist has nothing to flush.
struct flush_batch
{
    std::vector<std::shared_ptr<file>> files;
    std::vector<std::string> directories;  // their names, new and removed ones
};

class disk
{
public:
    virtual ~disk() = default;

    // A new file with its attributes. EEXIST; ENOTSUP where the file system keeps no attributes.
    // After an error with an attribute the file may be there without it.
    virtual net::task<result<std::unique_ptr<file>>> create(
        std::string path, std::vector<attribute> attributes) = 0;
    // The same in one visit with what comes before and, for a small value, after. What is at
    // `unless` and cannot be read counts as nothing. After any error but EEXIST the file may be
    // there, not whole.
    virtual net::task<result<made_file>> make(new_file what) = 0;
    // `bytes_max`: a file of at most so many bytes is read as well.
    virtual net::task<result<opened_file>> open(std::string path, std::size_t bytes_max) = 0;
    // Empty if the file has no such attribute.
    virtual net::task<result<std::string>> read_attribute(std::string path, const char* name) = 0;
    virtual net::task<result<void>> rename(std::string from, std::string to) = 0;
    // Replaces nothing. Makes the directory of `to`, and the one above that, if they are missing.
    // The caller has a lock on `to`.
    virtual net::task<result<moved_file>> move(std::string from, std::string to) = 0;
    virtual net::task<result<void>> unlink(std::string path) = 0;
    virtual net::task<result<void>> make_directory(std::string path) = 0;  // success if it is there
    virtual net::task<result<void>> flush_directory(std::string path) = 0;
    // After an error none of it counts as durable, and none of its files is flushed again.
    virtual net::task<result<void>> flush(flush_batch all) = 0;
    virtual net::task<result<std::vector<std::string>>> list(std::string path) = 0;
    virtual net::task<result<io::space>> space() = 0;

    // A small text file, whole; and the reverse, durable and never half.
    virtual net::task<result<std::string>> read_text(std::string path) = 0;
    virtual net::task<result<void>> replace_text(std::string path, std::string text) = 0;
};

}  // namespace smol::volume
