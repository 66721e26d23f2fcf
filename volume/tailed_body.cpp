#include "volume/tailed_body.hpp"

#include "common/io/transfer.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace smol::volume {

tailed_body::tailed_body(net::body_source& whole)
    : whole_(whole), remaining_(whole.length().value() - md5_tail_bytes)
{
    assert(*whole.length() >= md5_tail_bytes);
}

std::optional<std::uint64_t> tailed_body::length() const
{
    return whole_.length().value() - md5_tail_bytes;
}

const md5_digest& tailed_body::md5() const noexcept
{
    assert(received_ == md5_tail_bytes);
    return md5_;
}

net::task<result<net::piece>> tailed_body::next()
{
    for (;;)
    {
        const auto taken = take_from_pipe();
        if (!taken)
            co_return taken.error();
        const auto got = co_await whole_.next();
        if (!got)
            co_return got.error();
        const bool is_end = got->size == 0;
        if (is_end && received_ < md5_tail_bytes)
            co_return errc::body_truncated;
        if (is_end)
            co_return net::piece{};
        const auto value = value_of(*got);
        if (!value || value->size > 0)
            co_return value;
    }
}

// The bytes behind the piece that was given out last, which its taker has emptied.
result<void> tailed_body::take_from_pipe()
{
    const auto into = missing().first(std::exchange(in_pipe_, 0));
    if (into.empty())
        return {};
    received_ += into.size();
    return io::read_pipe(pipe_->read_end(), into);
}

// The part of a piece that belongs to the value; the rest is the MD5's, now or by the next call.
result<net::piece> tailed_body::value_of(const net::piece& one)
{
    auto value = one;
    value.size = static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, one.size));
    remaining_ -= value.size;
    const auto rest = one.size - value.size;
    if (rest > missing().size())
        return errc::malformed_request;
    if (one.pipe)
    {
        pipe_ = one.pipe;
        in_pipe_ = rest;
        return value;
    }
    value.bytes = one.bytes.first(value.size);
    const auto tail = one.bytes.subspan(value.size);
    std::copy(tail.begin(), tail.end(), missing().begin());
    received_ += rest;
    return value;
}

std::span<std::byte> tailed_body::missing() noexcept
{
    return std::span(md5_).subspan(received_);
}

}  // namespace smol::volume
