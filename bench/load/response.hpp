#pragma once

// Responses as a load generator needs them: status, framing, Location. Everything else is skipped.
// Pure.

#include "common/base/bytes.hpp"

#include <cstdint>
#include <string_view>

namespace smol::load {

enum class framing
{
    none,         // no body follows
    length,       // so many bytes
    chunked,      // RFC 9112 section 7.1
    until_close,  // RFC 9112 section 6.3, rule 8
};

struct response_head
{
    unsigned status = 0;
    framing body = framing::none;
    std::uint64_t length = 0;   // of the body, with framing::length
    bool keep_alive = true;     // the connection may serve another request
    std::string_view location;  // within the text that was parsed
    std::size_t bytes = 0;      // of the head, with the empty line
};

enum class progress
{
    complete,
    incomplete,
    malformed,
};

enum class expected_body
{
    by_head,  // the head says
    never,    // the answer to HEAD
};

// A head at the beginning of `text`. Interim responses (1xx) are heads like others, without a body.
// Malformed: no "HTTP/1.x NNN", a length that is no number, doubled and different, or together with
// a transfer coding, or a coding other than chunked.
progress parse_head(std::string_view text, expected_body body, response_head& to);

// Follows one body piece by piece.
class body_reader
{
public:
    body_reader() = default;
    explicit body_reader(const response_head& head);

    struct step
    {
        progress is = progress::incomplete;
        std::size_t consumed = 0;  // bytes of the input that are done with
        byte_view data;            // payload within them; may be empty
    };

    // Consumes input up to the end of one run of payload; call again with the rest while it
    // consumes. `complete` once, with the last bytes.
    step next(byte_view input);

    bool is_complete() const { return framing_ == framing::none; }

    // Bytes that certainly belong to this body and have not been consumed; 0 if unknown.
    std::uint64_t bytes_left() const { return framing_ == framing::length ? left_ : 0; }

    // So many of them, at most bytes_left(), were dropped unseen.
    void skip(std::uint64_t bytes);

    // The peer closed the connection: whether the body ended with that.
    bool ends_with_connection() const { return framing_ == framing::until_close; }

private:
    enum class place
    {
        size,
        extension,
        data,
        data_end,
        trailer,
    };

    step next_chunked(byte_view input);
    progress take(char byte);

    framing framing_ = framing::none;
    std::uint64_t left_ = 0;  // of the body, or of the chunk
    place place_ = place::size;
    unsigned digits_ = 0;
    bool is_line_empty_ = true;  // of the trailer
};

}  // namespace smol::load
