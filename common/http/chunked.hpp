#pragma once

// The chunked transfer coding (RFC 9112 section 7.1), piece by piece. Pure.

#include "common/base/bytes.hpp"
#include "common/base/result.hpp"

#include <array>
#include <cstdint>
#include <string>

namespace smol::http {

// Decodes a chunked body in place. Strict: CRLF only, at most 16 hexadecimal digits without a sign
// or a prefix, extensions at most 256 bytes a chunk and 4 KiB in all, trailers at most 4 KiB
// (checked for shape, then dropped).
class chunked_decoder
{
public:
    struct step
    {
        std::size_t consumed;  // bytes of the input that are done with
        byte_view data;        // decoded bytes, within the consumed input; may be empty
        bool finished;         // the last chunk and its trailers are consumed
    };

    // Consumes input up to the end of one run of data. Call again with the rest while it consumes.
    // malformed_request, headers_too_large.
    result<step> next(byte_view input);

private:
    enum class place
    {
        size,
        extension,
        size_lf,
        data,
        data_cr,
        data_lf,
        trailer,
        done,
    };

    result<void> take(char byte);
    result<void> take_size(char byte);
    result<void> take_extension(char byte);
    result<void> take_trailer(char byte);

    place place_ = place::size;
    std::uint64_t left_ = 0;  // of the current chunk
    unsigned size_digits_ = 0;
    std::size_t extension_bytes_ = 0;  // of this chunk
    std::size_t overhead_bytes_ = 0;   // extensions of all chunks
    std::size_t trailer_bytes_ = 0;
    std::string trailer_line_;
};

// "<hex size>\r\n", to be followed by the bytes and "\r\n".
std::string chunk_prefix(std::uint64_t bytes);
inline constexpr std::string_view chunk_suffix = "\r\n";
inline constexpr std::string_view last_chunk = "0\r\n\r\n";

}  // namespace smol::http
