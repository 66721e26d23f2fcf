#include "common/net/framed_send.hpp"

#include "common/http/chunked.hpp"

#include <string>

namespace smol::net {

namespace {

constexpr std::size_t joined_bytes_max = 16 * KiB;  // below, one copy is cheaper than three calls

task<result<void>> send_plain(stream& to, piece one, more then)
{
    if (one.pipe)
        return to.empty(*one.pipe, one.size, then);
    return to.write_all(one.bytes, then);
}

task<result<void>> send_small_chunk(stream& to, byte_view bytes)
{
    auto text = http::chunk_prefix(bytes.size());
    text += as_text(bytes);
    text += http::chunk_suffix;
    co_return co_await to.write_all(as_bytes(text));
}

task<result<void>> send_chunk(stream& to, piece one)
{
    const auto prefix = http::chunk_prefix(one.size);
    auto sent = co_await to.write_all(as_bytes(prefix), more::yes);
    if (sent)
        sent = co_await send_plain(to, one, more::yes);
    if (sent)
        sent = co_await to.write_all(as_bytes(http::chunk_suffix));
    co_return sent;
}

}  // namespace

task<result<void>> send_framed(stream& to, piece one, http::framing how, more then)
{
    if (how != http::framing::chunked)
        return send_plain(to, one, then);
    if (!one.pipe && one.size <= joined_bytes_max)
        return send_small_chunk(to, one.bytes);
    return send_chunk(to, one);
}

task<result<void>> end_framed(stream& to, http::framing how)
{
    if (how == http::framing::chunked)
        return to.write_all(as_bytes(http::last_chunk));
    return to.write_all({});
}

}  // namespace smol::net
