// Responses whose body comes in pieces, and those that hand the connection over.

#include "common/net/desk.hpp"
#include "common/net/framed_send.hpp"
#include "common/net/server_exchange.hpp"
#include "common/net/session.hpp"

#include <cassert>
#include <utility>

namespace smol::net {

void server_exchange::frame_open_ended(http::response_head& head) const noexcept
{
    head.body = request().version >= 11 ? http::framing::chunked : http::framing::to_close;
    if (head.body == http::framing::to_close)
        head.keep_alive = false;
}

task<result<void>> server_exchange::respond_from(http::response_head head, body_source& source)
{
    if (has_responded())
        co_return already_answered();
    const auto length = source.length();
    head.body = http::framing::length;
    head.content_length = length.value_or(0);
    if (!length)
        frame_open_ended(head);
    // The first piece before the head: a source that fails at once can still be refused.
    result<piece> first = piece{};
    if (has_body(head))
        first = co_await source.next();
    if (!first)
        co_return first.error();
    const auto then = first->size > 0 ? more::yes : more::no;
    auto sent = co_await send_head(head, then);
    if (sent && sends_body_)
        sent = co_await relay(*first, source);
    co_return concluded(sent);
}

task<result<void>> server_exchange::relay(piece first, body_source& source)
{
    auto one = first;
    while (one.size > 0)
    {
        const auto sent = co_await send_framed(connection_, one, framing_);
        if (!sent)
            co_return sent.error();
        const auto got = co_await source.next();
        if (!got)
            co_return got.error();
        one = *got;
    }
    co_return co_await end_framed(connection_, framing_);
}

task<result<void>> server_exchange::begin(http::response_head head)
{
    if (has_responded())
        co_return already_answered();
    frame_open_ended(head);
    const auto sent = co_await send_head(head, more::no);
    if (!sent)
        connection_.close();
    co_return sent;
}

task<result<void>> server_exchange::write(std::string_view text)
{
    assert(progress_ == progress::begun);
    if (text.empty() || !sends_body_)
        co_return result<void>();
    piece one;
    one.bytes = as_bytes(text);
    one.size = text.size();
    const auto sent = co_await send_framed(connection_, one, framing_);
    if (!sent)
        connection_.close();
    co_return sent;
}

task<result<void>> server_exchange::end()
{
    assert(progress_ == progress::begun);
    result<void> sent;
    if (sends_body_)
        sent = co_await end_framed(connection_, framing_);
    co_return concluded(sent);
}

task<result<void>> server_exchange::upgrade(std::string_view protocol)
{
    if (has_responded())
        co_return already_answered();
    http::response_head head;
    head.status = 101;
    head.body = http::framing::none;
    head.headers.set("Upgrade", protocol);
    const auto sent = co_await send_head(head, more::no);
    upgraded_ = true;
    connection_.never_expires();
    if (!desk_.in.is_empty())
        connection_.put_back(desk_.in.take());
    co_return concluded(sent);
}

}  // namespace smol::net
