#pragma once

// The body of one message on a connection, request or response, in any framing of HTTP/1.1.
// Lives as long as its message; the connection and the buffer must outlive it.

#include "common/http/chunked.hpp"
#include "common/http/message.hpp"
#include "common/net/body.hpp"
#include "common/net/read_buffer.hpp"
#include "common/net/stream.hpp"

#include <optional>
#include <string>

namespace smol::net {

class message_body final : public body_source
{
public:
    // `buffered` begins with the first bytes of the body, and keeps what comes after its end.
    message_body(stream& connection,
        read_buffer& buffered,
        http::framing how,
        std::uint64_t length,
        pace agreed);
    message_body(const message_body&) = delete;
    ~message_body() override;

    std::optional<std::uint64_t> length() const override;
    task<result<piece>> next() override;

    // All of it. body_too_large over `bytes_max`.
    task<result<std::string>> read_text(std::size_t bytes_max);
    // Reads to the end and forgets it.
    task<result<void>> skip();

    // The client waits for "100 Continue", which the first next() sends.
    void announce() noexcept;
    bool is_unannounced() const noexcept { return unannounced_; }

    bool is_finished() const noexcept { return finished_; }
    // Nothing if only the end will tell, or after an error.
    std::optional<std::uint64_t> remaining() const noexcept;

private:
    task<result<piece>> step();
    task<result<piece>> next_of_length();
    task<result<piece>> next_by_pipe();
    task<result<piece>> next_chunked();
    task<result<piece>> next_to_close();
    task<result<void>> send_continue();
    task<result<std::size_t>> read_more(std::size_t bytes_max);
    result<piece> decode();
    piece take_buffered();
    bool wants_pipe();
    void give_pipe_back() noexcept;

    stream& connection_;
    read_buffer& buffered_;
    const http::framing framing_;
    const std::uint64_t length_;
    std::uint64_t remaining_;
    const pace pace_;
    std::optional<io::pipe> pipe_;
    std::optional<http::chunked_decoder> decoder_;
    error_code failure_;
    bool begun_ = false;
    bool finished_;
    bool unannounced_ = false;
    bool may_use_pipes_ = true;
};

// The bytes of a piece as text; empties the pipe of a pipe piece.
result<void> append(std::string& text, const piece& one);

}  // namespace smol::net
