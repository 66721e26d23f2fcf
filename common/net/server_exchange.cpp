#include "common/net/server_exchange.hpp"

#include "common/http/status_of.hpp"
#include "common/net/framed_send.hpp"
#include "common/net/response_marks.hpp"

#include <cassert>
#include <utility>

namespace smol::net {

namespace {

constexpr std::size_t one_write_bytes_max = 64 * KiB;  // head and body are joined up to here
constexpr std::uint64_t drained_bytes_max = 64 * KiB;  // unread, for which a connection is kept

bool is_bodiless(unsigned status) noexcept
{
    return status < 200 || status == 204 || status == 304;
}

error_code already_answered() noexcept
{
    return make_error_code(boost::system::errc::operation_not_permitted);
}

}  // namespace

server_exchange::server_exchange(session& of, http::request_head request, http::target target)
    : session_(of), connection_(of.connection()), request_(std::move(request)),
      target_(std::move(target)), id_(make_request_id()), body_(connection_,
                                                              of.buffered(),
                                                              request_.body,
                                                              request_.content_length,
                                                              of.context().body_pace())
{
    if (request_.expects_continue)
        body_.announce();
}

task<result<std::string>> server_exchange::read_body(std::size_t bytes_max)
{
    return body_.read_text(bytes_max);
}

// A response that is sent before the body was read ends the connection, unless what is left is
// little and surely on its way. A client that waits for "100 Continue" might send the body after
// all.
bool server_exchange::may_keep_connection() const noexcept
{
    if (!request_.keep_alive || session_.context().is_stopping.load())
        return false;
    if (body_.is_finished())
        return true;
    const auto left = body_.remaining();
    return !body_.is_unannounced() && left && *left <= drained_bytes_max;
}

bool server_exchange::has_body(const http::response_head& head) const noexcept
{
    return request_.method != "HEAD" && !is_bodiless(head.status);
}

void server_exchange::frame_open_ended(http::response_head& head) const noexcept
{
    head.body = request_.version >= 11 ? http::framing::chunked : http::framing::to_close;
    if (head.body == http::framing::to_close)
        head.keep_alive = false;
}

std::string server_exchange::print_head(http::response_head head)
{
    progress_ = progress::begun;
    keeps_ = head.keep_alive && may_keep_connection();
    head.keep_alive = keeps_ || head.status == 101;
    sends_body_ = has_body(head);
    if (is_bodiless(head.status))
        head.body = http::framing::none;
    framing_ = head.body;
    mark(head, id_);
    connection_.keeps(session_.context().body_pace());
    auto text = http::print(head);
    if (keeps_ && request_.version == 10)  // the only one to need it: `print` knows HTTP/1.1
        text.insert(text.size() - 2, "Connection: keep-alive\r\n");
    return text;
}

// A response that stops midway must not look like one that ended.
result<void> server_exchange::concluded(result<void> outcome)
{
    if (outcome)
        progress_ = progress::complete;
    else
        connection_.close();
    return outcome;
}

task<result<void>> server_exchange::respond(http::response_head head, std::string_view body)
{
    if (has_responded())
        co_return already_answered();
    const bool is_for_head = request_.method == "HEAD" && body.empty();
    if (!is_for_head)
        head.content_length = body.size();
    head.body = http::framing::length;
    auto text = print_head(std::move(head));
    if (!sends_body_)
        body = {};
    const bool is_joined = body.size() <= one_write_bytes_max;
    if (is_joined)
        text += body;
    const auto then = is_joined ? more::no : more::yes;
    auto sent = co_await connection_.write_all(as_bytes(text), then);
    if (sent && !is_joined)
        sent = co_await connection_.write_all(as_bytes(body));
    co_return concluded(sent);
}

task<result<void>> server_exchange::refuse(
    error_code reason, std::string_view detail, std::string_view key)
{
    http::response_head head;
    head.status = http::status_of(reason);
    head.headers.set("Content-Type", "application/json");
    const auto body = http::refusal_body(reason, detail, key, id_);
    co_return co_await respond(std::move(head), body);
}

task<result<void>> server_exchange::respond_file(
    http::response_head head, file_source& from, std::uint64_t offset, std::uint64_t length)
{
    if (has_responded())
        co_return already_answered();
    head.body = http::framing::length;
    head.content_length = length;
    auto text = print_head(std::move(head));
    const auto then = sends_body_ && length > 0 ? more::yes : more::no;
    auto sent = co_await connection_.write_all(as_bytes(text), then);
    if (sent && then == more::yes)
        sent = co_await connection_.send_file(from, offset, length);
    co_return concluded(sent);
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
    auto text = print_head(std::move(head));
    const auto then = first->size > 0 ? more::yes : more::no;
    auto sent = co_await connection_.write_all(as_bytes(text), then);
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
    const auto text = print_head(std::move(head));
    const auto sent = co_await connection_.write_all(as_bytes(text));
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
    const auto text = print_head(std::move(head));
    const auto sent = co_await connection_.write_all(as_bytes(text));
    upgraded_ = true;
    connection_.never_expires();
    if (!session_.buffered().is_empty())
        connection_.put_back(session_.buffered().take());
    co_return concluded(sent);
}

}  // namespace smol::net
