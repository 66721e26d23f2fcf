#pragma once

// Where the bytes of a value come from, piece by piece: a request on a socket, a peer's answer, or,
// in the simulator, memory.

#include "common/base/bytes.hpp"
#include "common/io/pipe.hpp"
#include "common/net/task.hpp"

#include <cstdint>
#include <optional>

namespace smol::net {

inline constexpr std::size_t piece_bytes_max = 1 * MiB;

// A body of known length up to this comes in memory: copying it is cheaper than a pipe. 64 KiB, and
// a little that may come after a value of that size.
inline constexpr std::uint64_t memory_body_bytes_max = 64 * KiB + 64;

// Either bytes in memory or `size` bytes waiting in a pipe. Valid until the next call of the
// source. Who takes a pipe piece must empty the pipe of all of it, or drop the connection.
struct piece
{
    byte_view bytes;
    io::pipe* pipe = nullptr;
    std::size_t size = 0;  // 0: the end
};

class body_source
{
public:
    virtual ~body_source() = default;

    // Bytes in all; nothing if only the end will tell (chunked).
    virtual std::optional<std::uint64_t> length() const = 0;

    // The next piece. body_truncated, malformed_request (framing), request_timeout.
    virtual task<result<piece>> next() = 0;
};

}  // namespace smol::net
