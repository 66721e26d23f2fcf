#include "common/net/client_state.hpp"

#include <utility>

namespace smol::net {

namespace {

constexpr std::size_t one_write_bytes_max = 64 * KiB;  // head and first bytes are joined up to here

}  // namespace

// Reasons of the parsers stay; whatever the connection says means that the peer is not there.
error_code client_exchange::state::peer_error(const error_code& ec) noexcept
{
    is_late = is_late || ec == errc::request_timeout;
    const bool is_ours = ec.category() == smol_category();
    return is_ours && ec != errc::request_timeout ? ec : errc::peer_unreachable;
}

result<void> client_exchange::state::checked(const result<void>& outcome) noexcept
{
    if (outcome)
        return {};
    return peer_error(outcome.error());
}

bool client_exchange::state::is_reusable() const noexcept
{
    const bool is_sent = framing == http::framing::chunked ? is_ended : unsent == 0;
    return connection && keep_alive && is_sent && pending.empty() && received &&
           received->is_finished() && buffered.is_empty();
}

bool client_exchange::state::joins(const piece& one) const noexcept
{
    return is_unbegun() && !one.pipe && framing != http::framing::chunked &&
           one.size <= one_write_bytes_max;
}

task<result<void>> client_exchange::state::flush(more then)
{
    if (pending.empty())
        co_return result<void>();
    connection->keeps(transfer_pace());
    const auto text = std::move(pending);
    pending.clear();
    co_return co_await connection->write_all(as_bytes(text), then);
}

task<result<std::size_t>> client_exchange::state::read_head()
{
    if (buffered.is_empty())
    {
        const auto ready = co_await connection->wait_readable();  // no answer comes at once
        if (!ready)
            co_return ready.error();
    }
    for (;;)
    {
        const auto size = http::find_head_end(buffered.text());
        if (size > http::head_bytes_max)
            co_return errc::headers_too_large;
        if (size > 0)
            co_return size;
        if (buffered.size() >= http::head_bytes_max)
            co_return errc::headers_too_large;
        const auto into = buffered.room(http::head_bytes_max - buffered.size());
        const auto got = co_await connection->read_some(into);
        if (!got)
            co_return got.error();
        if (*got == 0)
            co_return errc::peer_unreachable;
        has_heard = true;
        buffered.filled(*got);
    }
}

// One head; nothing if it is one to pass over.
task<result<std::optional<http::response_head>>> client_exchange::state::receive_one()
{
    const auto size = co_await read_head();
    if (!size)
        co_return peer_error(size.error());
    auto head = http::parse_response_head(buffered.text().substr(0, *size), method);
    if (!head)
        co_return head.error();
    buffered.consume(*size);
    if (head->status < 200 && head->status != 101)
        co_return std::nullopt;
    co_return std::move(*head);
}

void client_exchange::state::begin_body(const http::response_head& head)
{
    const bool is_upgrade = head.status == 101;
    keep_alive = head.keep_alive && !is_upgrade;
    connection->never_expires();
    received.emplace(*connection, buffered, head.body, head.content_length, transfer_pace());
}

}  // namespace smol::net
