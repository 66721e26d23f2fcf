#include "common/net/client.hpp"

#include "common/http/chunked.hpp"
#include "common/net/connect.hpp"
#include "common/net/framed_send.hpp"
#include "common/net/message_body.hpp"

#include <cassert>
#include <optional>
#include <utility>

namespace smol::net {

namespace {

constexpr std::size_t one_write_bytes_max = 64 * KiB;  // head and first bytes are joined up to here

}  // namespace

struct client_exchange::state
{
    state(loop& where, std::string to, client_timeouts limits)
        : home(where), address(std::move(to)), timeouts(limits)
    {}

    pace transfer_pace() const noexcept { return {timeouts.transfer_idle, {}, 0}; }
    bool is_reusable() const noexcept;
    error_code peer_error(const error_code& ec) noexcept;
    result<void> checked(const result<void>& outcome) noexcept;
    task<result<void>> flush(more then);
    task<result<std::size_t>> read_head();
    task<result<std::optional<http::response_head>>> receive_one();
    void begin_body(const http::response_head& head);

    loop& home;
    std::string address;
    client_timeouts timeouts;
    std::unique_ptr<stream> connection;
    read_buffer buffered;
    std::optional<message_body> received;
    std::string pending;  // the head, not sent yet
    std::string method;
    http::framing framing = http::framing::none;
    std::uint64_t unsent = 0;  // of the body, with framing::length
    bool is_reused = false;
    bool is_ended = false;  // the request, by finish()
    bool keep_alive = false;
    bool has_heard = false;  // a byte of an answer
    bool is_late = false;    // a deadline has passed
};

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

client_exchange::client_exchange(std::unique_ptr<state> all) : state_(std::move(all))
{}
client_exchange::client_exchange(client_exchange&&) noexcept = default;

client_exchange& client_exchange::operator=(client_exchange&& other) noexcept
{
    std::swap(state_, other.state_);
    return *this;
}

client_exchange::~client_exchange()
{
    if (!state_ || !state_->is_reusable())
        return;
    state_->received.reset();  // refers to the connection
    state_->home.connections().give_back(state_->address, std::move(state_->connection));
}

task<result<client_exchange>> client_exchange::open(
    loop& home, std::string address, client_timeouts timeouts)
{
    auto kept = home.connections().take(address);
    if (!kept)
        co_return co_await open_new(home, std::move(address), timeouts);
    auto all = std::make_unique<state>(home, std::move(address), timeouts);
    all->connection = std::move(kept);
    all->is_reused = true;
    co_return client_exchange(std::move(all));
}

task<result<client_exchange>> client_exchange::open_new(
    loop& home, std::string address, client_timeouts timeouts)
{
    auto all = std::make_unique<state>(home, std::move(address), timeouts);
    auto made = co_await connect_to(home, all->address, timeouts.connect);
    if (!made)
        co_return made.error();
    all->connection = std::move(*made);
    co_return client_exchange(std::move(all));
}

bool client_exchange::was_stale() const noexcept
{
    return state_->is_reused && !state_->has_heard && !state_->is_late;
}

task<result<void>> client_exchange::send_head(http::request_head head)
{
    auto& all = *state_;
    if (!head.headers.find("Host"))
        head.headers.add("Host", all.address);
    all.method = head.method;
    all.framing = head.body;
    all.unsent = head.body == http::framing::length ? head.content_length : 0;
    all.pending = http::print(head);
    if (!head.expects_continue)
        co_return result<void>();
    const auto sent = co_await all.flush(more::no);
    co_return all.checked(sent);
}

task<result<void>> client_exchange::send(byte_view bytes)
{
    auto& all = *state_;
    const bool is_joined = all.framing != http::framing::chunked && !all.pending.empty() &&
                           bytes.size() <= one_write_bytes_max;
    if (is_joined)
    {
        all.pending += as_text(bytes);
        all.unsent -= bytes.size();
        const auto sent = co_await all.flush(more::no);
        co_return all.checked(sent);
    }
    piece one;
    one.bytes = bytes;
    one.size = bytes.size();
    co_return co_await send(one);
}

task<result<void>> client_exchange::send(piece one)
{
    auto& all = *state_;
    if (one.size == 0)
        co_return result<void>();
    assert(all.framing != http::framing::length || one.size <= all.unsent);
    auto sent = co_await all.flush(more::yes);
    if (sent)
        sent = co_await send_framed(*all.connection, one, all.framing);
    if (sent && all.framing == http::framing::length)
        all.unsent -= one.size;
    co_return all.checked(sent);
}

task<result<void>> client_exchange::send_file(int file, std::uint64_t offset, std::uint64_t length)
{
    auto& all = *state_;
    if (length == 0)
        co_return result<void>();
    const bool is_chunked = all.framing == http::framing::chunked;
    assert(is_chunked || length <= all.unsent);
    const auto prefix = is_chunked ? http::chunk_prefix(length) : std::string();
    const auto then = is_chunked ? more::yes : more::no;
    const auto suffix = is_chunked ? http::chunk_suffix : std::string_view();
    auto sent = co_await all.flush(more::yes);
    if (sent)
        sent = co_await all.connection->write_all(as_bytes(prefix), more::yes);
    if (sent)
        sent = co_await all.connection->send_file(file, offset, length, then);
    if (sent && is_chunked)
        sent = co_await all.connection->write_all(as_bytes(suffix));
    if (sent && !is_chunked)
        all.unsent -= length;
    co_return all.checked(sent);
}

task<result<void>> client_exchange::finish()
{
    auto& all = *state_;
    auto sent = co_await all.flush(more::no);
    if (sent)
        sent = co_await end_framed(*all.connection, all.framing);
    all.is_ended = sent.has_value();
    co_return all.checked(sent);
}

bool client_exchange::has_answer() noexcept
{
    return !state_->buffered.is_empty() || state_->connection->is_stale();
}

task<result<http::response_head>> client_exchange::receive()
{
    auto& all = *state_;
    const auto sent = co_await all.flush(more::no);
    if (!sent)
        co_return all.peer_error(sent.error());
    all.connection->expires_after(all.timeouts.answer);
    for (;;)
    {
        auto head = co_await all.receive_one();
        if (!head)
            co_return head.error();
        if (!*head)
            continue;
        all.begin_body(**head);
        co_return std::move(**head);
    }
}

body_source& client_exchange::body()
{
    assert(state_->received);
    return *state_->received;
}

task<result<std::string>> client_exchange::receive_text(std::size_t bytes_max)
{
    assert(state_->received);
    return state_->received->read_text(bytes_max);
}

stream& client_exchange::connection()
{
    return *state_->connection;
}

std::string client_exchange::take_buffered()
{
    return state_->buffered.take();
}

}  // namespace smol::net
