#include "common/net/server_exchange.hpp"

#include "common/http/status_of.hpp"
#include "common/net/desk.hpp"
#include "common/net/session.hpp"
#include "common/net/socket_calls.hpp"

#include <utility>

namespace smol::net {

namespace {

constexpr std::size_t one_write_bytes_max = 64 * KiB;  // head and body are joined up to here
constexpr std::uint64_t drained_bytes_max = 64 * KiB;  // unread, for which a connection is kept

bool is_bodiless(unsigned status) noexcept
{
    return status < 200 || status == 204 || status == 304;
}

}  // namespace

server_exchange::server_exchange(session& of, desk& on)
    : session_(of), connection_(of.connection()), desk_(on), id_(make_request_id()),
      body_(
          connection_, on.in, on.request.body, on.request.content_length, of.context().body_pace())
{
    if (on.request.expects_continue)
        body_.announce();
}

error_code server_exchange::already_answered() noexcept
{
    return make_error_code(boost::system::errc::operation_not_permitted);
}

const http::request_head& server_exchange::request() const
{
    return desk_.request;
}

const http::target& server_exchange::target() const
{
    return desk_.target;
}

workspace& server_exchange::space()
{
    return desk_.space;
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
    if (!request().keep_alive || session_.context().is_stopping.load())
        return false;
    if (body_.is_finished())
        return true;
    const auto left = body_.remaining();
    return !body_.is_unannounced() && left && *left <= drained_bytes_max;
}

bool server_exchange::has_body(const http::response_head& head) const noexcept
{
    return request().method != "HEAD" && !is_bodiless(head.status);
}

// Into the desk's `out`. From now on the client has to keep the pace of bodies.
void server_exchange::print_head(http::response_head& head)
{
    progress_ = progress::begun;
    connection_.keeps(session_.context().body_pace());
    keeps_ = head.keep_alive && may_keep_connection();
    head.keep_alive = keeps_ || head.status == 101;
    sends_body_ = has_body(head);
    if (is_bodiless(head.status))
        head.body = http::framing::none;
    framing_ = head.body;
    auto& text = desk_.out;
    text.clear();
    http::append_beginning(text, head);
    append_marks(text, text_of(id_));
    if (keeps_ && request().version == 10)  // the only one to need it: `http` prints HTTP/1.1
        text += "Connection: keep-alive\r\n";
    http::append_end(text, head);
}

void server_exchange::answer(http::response_head& head, std::string_view body)
{
    if (has_responded())
        return;
    const bool is_for_head = request().method == "HEAD" && body.empty();
    if (!is_for_head)
        head.content_length = body.size();
    head.body = http::framing::length;
    print_head(head);
    if (sends_body_)
        desk_.out += body;
    unsent_ = as_bytes(desk_.out);
}

void server_exchange::answer_file(http::response_head& head, file_part body)
{
    if (has_responded())
        return;
    head.body = http::framing::length;
    head.content_length = body.length;
    print_head(head);
    unsent_ = as_bytes(desk_.out);
    if (sends_body_)
        unsent_file_ = std::move(body);
}

void server_exchange::answer_refusal(
    error_code reason, std::string_view detail, std::string_view key)
{
    auto& [head, unused_key, unused_value, text] = desk_.space;
    head.status = http::status_of(reason);
    head.headers.clear();
    head.printed = {};
    head.headers.add("Content-Type", "application/json");
    text.clear();
    http::append_refusal_body(text, {reason, detail, key, request_id()});
    answer(head, text);
}

more server_exchange::after_unsent() const noexcept
{
    return unsent_file_.length > 0 ? more::yes : more::no;
}

// What is printed, then the file. EAGAIN: the rest has to wait.
result<void> server_exchange::send_at_once()
{
    while (!unsent_.empty())
    {
        const auto sent = connection_.write_now(unsent_, after_unsent());
        if (!sent)
            return sent.error();
        unsent_ = unsent_.subspan(*sent);
    }
    auto& file = unsent_file_;
    while (file.length > 0)
    {
        const auto sent = connection_.send_file_now(*file.from, file.offset, file.length);
        if (!sent)
            return sent.error();
        file.offset += *sent;
        file.length -= *sent;
    }
    return {};
}

void server_exchange::send_now()
{
    const auto sent = send_at_once();
    if (sent || !is_not_now(sent.error()))
        concluded(sent);
}

task<result<void>> server_exchange::send_unsent()
{
    const auto& file = unsent_file_;
    auto sent = co_await connection_.write_all(unsent_, after_unsent());
    if (sent && file.length > 0)
        sent = co_await connection_.send_file(*file.from, file.offset, file.length);
    co_return concluded(sent);
}

task<result<void>> server_exchange::send_head(http::response_head& head, more then)
{
    print_head(head);
    return connection_.write_all(as_bytes(desk_.out), then);
}

// A response that stops midway must not look like one that ended.
result<void> server_exchange::concluded(result<void> outcome)
{
    unsent_ = {};
    const auto file = std::exchange(unsent_file_, file_part());
    if (outcome)
        progress_ = progress::complete;
    else
        connection_.close();
    if (!outcome && file.owner)
        file.owner->sending_failed(outcome.error());
    return outcome;
}

task<result<void>> server_exchange::respond(http::response_head head, std::string_view body)
{
    if (has_responded())
        co_return already_answered();
    if (body.size() <= one_write_bytes_max)
    {
        answer(head, body);
        co_return co_await send_unsent();
    }
    head.body = http::framing::length;
    head.content_length = body.size();
    const auto then = has_body(head) ? more::yes : more::no;
    auto sent = co_await send_head(head, then);
    if (sent && sends_body_)
        sent = co_await connection_.write_all(as_bytes(body));
    co_return concluded(sent);
}

task<result<void>> server_exchange::refuse(
    error_code reason, std::string_view detail, std::string_view key)
{
    if (has_responded())
        co_return already_answered();
    answer_refusal(reason, detail, key);
    co_return co_await send_unsent();
}

}  // namespace smol::net
