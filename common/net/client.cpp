#include "common/net/client.hpp"

#include "common/http/chunked.hpp"
#include "common/net/client_state.hpp"
#include "common/net/connect.hpp"
#include "common/net/framed_send.hpp"

#include <cassert>
#include <utility>

namespace smol::net {

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

task<result<void>> client_exchange::send(byte_view bytes, more then)
{
    piece one;
    one.bytes = bytes;
    one.size = bytes.size();
    co_return co_await send(one, then);
}

// With the head, in one call.
task<result<void>> client_exchange::send_joined(byte_view bytes, more then)
{
    auto& all = *state_;
    all.pending += as_text(bytes);
    all.unsent -= bytes.size();
    const auto sent = co_await all.flush(then);
    co_return all.checked(sent);
}

task<result<void>> client_exchange::send(piece one, more then)
{
    auto& all = *state_;
    if (one.size == 0)
        co_return result<void>();
    if (all.joins(one))
        co_return co_await send_joined(one.bytes, then);
    assert(all.framing != http::framing::length || one.size <= all.unsent);
    auto sent = co_await all.flush(more::yes);
    if (sent)
        sent = co_await send_framed(*all.connection, one, all.framing, then);
    if (sent && all.framing == http::framing::length)
        all.unsent -= one.size;
    co_return all.checked(sent);
}

task<result<void>> client_exchange::send_file(
    int file, std::uint64_t offset, std::uint64_t length, more then)
{
    auto& all = *state_;
    if (length == 0)
        co_return result<void>();
    const bool is_chunked = all.framing == http::framing::chunked;
    assert(is_chunked || length <= all.unsent);
    const auto prefix = is_chunked ? http::chunk_prefix(length) : std::string();
    const auto after_file = is_chunked ? more::yes : then;
    const auto suffix = is_chunked ? http::chunk_suffix : std::string_view();
    auto sent = co_await all.flush(more::yes);
    if (sent)
        sent = co_await all.connection->write_all(as_bytes(prefix), more::yes);
    if (sent)
        sent = co_await all.connection->send_file(file, offset, length, after_file);
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
    if (!state_->buffered.is_empty())
        return true;
    return !state_->is_unbegun() && state_->connection->is_stale();
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
