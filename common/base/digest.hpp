#pragma once

// Digests of values: XXH3-128 always, MD5 by the rule of docs/DISK_FORMAT.md. OpenSSL and xxHash
// stay behind this header. Not thread-safe; each value has digests of its own.

#include "common/base/bytes.hpp"

#include <array>
#include <memory>
#include <string>
#include <string_view>

namespace smol {

using md5_digest = std::array<std::byte, 16>;
using xxh3_digest = std::array<std::byte, 16>;  // canonical (big-endian) representation

class md5_stream
{
public:
    md5_stream();
    ~md5_stream();
    md5_stream(md5_stream&&) noexcept;
    md5_stream& operator=(md5_stream&&) noexcept;

    void update(byte_view bytes);
    md5_digest finish();  // once

private:
    struct state;
    std::unique_ptr<state> state_;
};

class xxh3_stream
{
public:
    xxh3_stream();
    ~xxh3_stream();
    xxh3_stream(xxh3_stream&&) noexcept;
    xxh3_stream& operator=(xxh3_stream&&) noexcept;

    void update(byte_view bytes);
    xxh3_digest value() const;  // of the bytes so far

private:
    struct state;
    std::unique_ptr<state> state_;
};

md5_digest md5_of(std::string_view bytes);
xxh3_digest xxh3_of(std::string_view bytes);

}  // namespace smol
