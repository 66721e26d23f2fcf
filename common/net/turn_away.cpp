#include "common/net/turn_away.hpp"

#include "common/http/message.hpp"
#include "common/http/status_of.hpp"
#include "common/net/response_marks.hpp"
#include "common/net/stream.hpp"

#include <chrono>
#include <string>
#include <utility>

namespace smol::net {

namespace {

constexpr std::chrono::milliseconds limit{1'000};
constexpr std::uint64_t drain_bytes_max = 64 * KiB;

std::string full_answer()
{
    const auto id = make_request_id();
    const error_code reason = errc::too_many_requests;
    std::string body;
    http::append_refusal_body(body, {reason, {}, {}, text_of(id)});
    http::response_head head;
    head.status = 503;
    head.keep_alive = false;
    head.content_length = body.size();
    head.headers.set("Content-Type", "application/json");
    std::string text;
    http::append_beginning(text, head);
    append_marks(text, text_of(id));
    http::append_end(text, head);
    return text + body;
}

}  // namespace

task<void> turn_away(loop& home, io::unique_fd accepted, asio::ip::tcp protocol)
{
    stream connection(home, std::move(accepted), protocol);
    connection.expires_after(limit);
    const auto answer = full_answer();
    const auto sent = co_await connection.write_all(as_bytes(answer));
    connection.shutdown_send();
    if (sent)
        co_await connection.discard(drain_bytes_max);
}

}  // namespace smol::net
