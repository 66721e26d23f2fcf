#include "common/net/message_body.hpp"

#include <algorithm>
#include <cstring>

namespace smol::net {

namespace {

constexpr std::size_t memory_piece_bytes_max = 64 * KiB;
constexpr std::size_t chunked_buffer_bytes = 256 * KiB;
constexpr std::string_view continue_head = "HTTP/1.1 100 Continue\r\n\r\n";

// What went wrong on the connection, in the words of body_source.
error_code body_error(const error_code& ec)
{
    return ec == errc::request_timeout ? ec : errc::body_truncated;
}

}  // namespace

message_body::message_body(
    stream& connection, read_buffer& buffered, http::framing how, std::uint64_t length, pace agreed)
    : connection_(connection), buffered_(buffered), framing_(how), length_(length),
      remaining_(how == http::framing::length ? length : 0), pace_(agreed),
      finished_(how == http::framing::none || (how == http::framing::length && length == 0))
{
    if (how == http::framing::chunked)
        decoder_.emplace();
}

message_body::~message_body()
{
    give_pipe_back();
}

std::optional<std::uint64_t> message_body::length() const
{
    switch (framing_)
    {
    case http::framing::none:
        return 0;
    case http::framing::length:
        return length_;
    case http::framing::chunked:
    case http::framing::to_close:
        break;
    }
    return std::nullopt;
}

std::optional<std::uint64_t> message_body::remaining() const noexcept
{
    if (finished_)
        return 0;
    if (failure_ || framing_ != http::framing::length)
        return std::nullopt;
    return remaining_;
}

void message_body::announce() noexcept
{
    unannounced_ = !finished_;
}

task<result<piece>> message_body::next()
{
    if (failure_)
        co_return failure_;
    if (finished_)
        co_return piece{};
    auto got = co_await step();
    if (!got)
        failure_ = got.error();
    co_return got;
}

task<result<piece>> message_body::step()
{
    if (!begun_)
    {
        begun_ = true;
        connection_.keeps(pace_);
        const auto told = co_await send_continue();
        if (!told)
            co_return body_error(told.error());
    }
    auto pending = framing_ == http::framing::length    ? next_of_length()
                   : framing_ == http::framing::chunked ? next_chunked()
                                                        : next_to_close();
    co_return co_await std::move(pending);
}

task<result<void>> message_body::send_continue()
{
    const bool is_due = unannounced_ && buffered_.is_empty();
    unannounced_ = false;
    if (!is_due)
        co_return result<void>();
    co_return co_await connection_.write_all(as_bytes(continue_head));
}

task<result<piece>> message_body::next_of_length()
{
    if (!buffered_.is_empty())
        co_return take_buffered();
    if (wants_pipe())
        co_return co_await next_by_pipe();
    const auto wanted = std::min<std::uint64_t>(remaining_, memory_piece_bytes_max);
    const auto got = co_await read_more(static_cast<std::size_t>(wanted));
    if (!got)
        co_return got.error();
    if (*got == 0)
        co_return errc::body_truncated;
    co_return take_buffered();
}

piece message_body::take_buffered()
{
    const auto size =
        static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, buffered_.size()));
    const auto bytes = buffered_.bytes().first(size);
    buffered_.consume(size);
    remaining_ -= size;
    finished_ = remaining_ == 0;
    return {bytes, nullptr, size};
}

bool message_body::wants_pipe()
{
    if (pipe_)
        return true;
    if (!may_use_pipes_ || remaining_ <= memory_body_bytes_max)
        return false;
    auto taken = connection_.home().pipes().take();
    may_use_pipes_ = taken.has_value();  // out of descriptors: copying works too
    if (taken)
        pipe_ = std::move(*taken);
    return pipe_.has_value();
}

task<result<piece>> message_body::next_by_pipe()
{
    const std::size_t most = std::min(pipe_->capacity(), piece_bytes_max);
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, most));
    const auto got = co_await connection_.fill(*pipe_, wanted);
    if (!got)
        co_return body_error(got.error());
    if (*got == 0)
        co_return errc::body_truncated;
    remaining_ -= *got;
    finished_ = remaining_ == 0;
    piece filled;
    filled.pipe = &*pipe_;
    filled.size = *got;
    co_return filled;
}

task<result<piece>> message_body::next_chunked()
{
    for (;;)
    {
        auto decoded = decode();
        if (!decoded || decoded->size > 0 || finished_)
            co_return decoded;
        const auto got = co_await read_more(chunked_buffer_bytes);
        if (!got)
            co_return got.error();
        if (*got == 0)
            co_return errc::body_truncated;
    }
}

// Runs of data are moved together, so that tiny chunks make no tiny pieces.
result<piece> message_body::decode()
{
    const auto input = buffered_.writable();
    std::byte* begin = nullptr;
    std::size_t size = 0;
    std::size_t consumed = 0;
    while (consumed < input.size() && !finished_)
    {
        const auto step = decoder_->next(input.subspan(consumed));
        if (!step)
            return step.error();
        if (size == 0 && !step->data.empty())
            begin = input.data() + (step->data.data() - input.data());
        else if (!step->data.empty())
            std::memmove(begin + size, step->data.data(), step->data.size());
        size += step->data.size();
        consumed += step->consumed;
        finished_ = step->finished;
        if (step->consumed == 0)
            break;
    }
    buffered_.consume(consumed);
    return piece{{begin, size}, nullptr, size};
}

task<result<piece>> message_body::next_to_close()
{
    if (buffered_.is_empty())
    {
        const auto got = co_await read_more(memory_piece_bytes_max);
        if (!got)
            co_return got.error();
        finished_ = *got == 0;
    }
    const auto bytes = buffered_.bytes();
    buffered_.consume(bytes.size());
    piece one;
    one.bytes = bytes;
    one.size = bytes.size();
    co_return one;
}

task<result<std::size_t>> message_body::read_more(std::size_t bytes_max)
{
    const auto into = buffered_.room(bytes_max).first(bytes_max);
    const auto got = co_await connection_.read_some(into);
    if (!got)
        co_return body_error(got.error());
    buffered_.filled(*got);
    co_return *got;
}

// A pipe with bytes in it is closed instead: they must not reach anybody else.
void message_body::give_pipe_back() noexcept
{
    if (pipe_ && pipe_->is_empty())
        connection_.home().pipes().give_back(std::move(*pipe_));
    pipe_.reset();
}

}  // namespace smol::net
