#pragma once

// Where the bytes of a value that arrives go: a file, by way of a part file beside it, or standard
// output. Everything here may block: call it on a pool.

#include "common/base/digest.hpp"
#include "common/base/result.hpp"
#include "common/io/unique_fd.hpp"
#include "common/net/body.hpp"

#include <cstdint>
#include <string>

namespace smol::cli {

// What a file is called while its value is incomplete: its name and this.
inline constexpr const char* part_suffix = ".smol-part";

class value_sink
{
public:
    value_sink() = default;
    value_sink(value_sink&&) noexcept = default;
    value_sink& operator=(value_sink&&) noexcept = default;
    virtual ~value_sink() = default;

    // Appends, and empties a pipe piece. After an error the sink is of no more use.
    virtual result<void> take(const net::piece& one) = 0;

    // Forgets what it has, to begin again; false if that cannot be.
    virtual bool restart() = 0;

    std::uint64_t position() const noexcept { return position_; }
    xxh3_digest digest() const { return digest_.value(); }

protected:
    std::uint64_t position_ = 0;
    xxh3_stream digest_;
};

// `<path>.smol-part` until the value is complete, then `path`. Locked, so that two commands never
// write the same part; what an earlier one left is kept and counted.
class file_sink : public value_sink
{
public:
    // `path` below `directory`, which must be there; directories between are made. Nothing outside
    // `directory` is reached, whatever links it holds. would_block: another command writes it now.
    // invalid_argument: `path` is there and is neither a regular file nor a symbolic link.
    static result<file_sink> open(const std::string& directory, const std::string& path);

    result<void> take(const net::piece& one) override;
    bool restart() override;

    // Flushes, renames and flushes the directory: the value is there even after a power loss.
    result<void> complete();

    // After a failure: removes the part file if there is nothing in it. True if it did.
    bool forget_if_empty();

private:
    file_sink() = default;
    result<void> hash_existing();

    io::unique_fd directory_;  // of the file itself
    io::unique_fd file_;
    std::string name_;
};

class output_sink : public value_sink
{
public:
    // Borrows the descriptor.
    explicit output_sink(int descriptor) : descriptor_(descriptor) {}

    result<void> take(const net::piece& one) override;
    bool restart() override { return position_ == 0; }

private:
    result<void> put(byte_view bytes);

    int descriptor_;
};

}  // namespace smol::cli
