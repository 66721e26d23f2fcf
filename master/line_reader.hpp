#pragma once

// Lines from a stream. Keeps what came beyond the last one.

#include "common/net/stream.hpp"
#include "common/net/task.hpp"

#include <string>

namespace smol::master {

inline constexpr std::size_t line_bytes_max = 16 * KiB;

class line_reader
{
public:
    // `from` must outlive this.
    explicit line_reader(net::stream& from) : from_(from) {}

    // Without its newline. body_truncated at the end; malformed_request for a line too long.
    net::task<result<std::string>> next();

private:
    net::stream& from_;
    std::string kept_;
};

}  // namespace smol::master
