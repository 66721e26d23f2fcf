#include "bench/load/connection.hpp"

#include <algorithm>
#include <utility>

namespace smol::load {

namespace {

constexpr unsigned status_continue = 100;
constexpr unsigned status_final_min = 200;
constexpr std::uint64_t dropped_bytes_max = 4 * MiB;

}  // namespace

connection::connection(
    user& owner, poller& events, const address& peer, std::span<std::byte> scratch)
    : owner_(owner), events_(events), peer_(peer), scratch_(scratch),
      inbox_(std::make_unique<std::array<std::byte, head_bytes_max>>())
{}

void connection::close()
{
    socket_ = io::unique_fd();
    is_busy_ = false;
    is_connecting_ = false;
    is_reused_ = false;
}

bool connection::connect()
{
    auto made = begin_connect(peer_);
    if (!made)
        return false;
    socket_ = std::move(*made);
    is_connecting_ = true;
    watched_ = poller::interest::read_write;
    return !events_.add(socket_.get(), watched_, this);
}

bool connection::watch(poller::interest in)
{
    if (in == watched_)
        return true;
    watched_ = in;
    return !events_.change(socket_.get(), in, this);
}

bool connection::send(const request_line& request, const value_content* body)
{
    outbox_.clear();
    append_head(request, outbox_);
    body_ = body;
    body_bytes_ = body != nullptr ? request.body_bytes : 0;
    body_due_ = request.wants == expectation::proceed ? 0 : body_bytes_;
    sent_ = 0;
    pending_ = {};
    filled_ = 0;
    in_body_ = false;
    is_drained_ = false;
    is_busy_ = true;
    if (socket_)
        return flush();
    if (connect())
        return true;
    close();
    return false;
}

bool connection::send_body()
{
    body_due_ = body_bytes_;
    return flush();
}

bool connection::on_writable()
{
    if (is_connecting_)
    {
        if (connect_error(socket_.get()))
        {
            close();
            return false;
        }
        is_connecting_ = false;
    }
    return flush();
}

// The next bytes to send as pieces of memory.
std::size_t connection::gather(std::span<iovec> to) const
{
    std::size_t count = 0;
    auto offset = sent_;
    const auto add = [&](byte_view bytes) {
        to[count++] = {const_cast<std::byte*>(bytes.data()), bytes.size()};
        offset += bytes.size();
    };
    if (offset < outbox_.size())
        add(as_bytes(outbox_).subspan(offset));
    const auto end = outbox_.size() + body_due_;
    while (count < to.size() && offset < end)
        add(body_->piece(offset - outbox_.size(), end - offset));
    return count;
}

bool connection::flush()
{
    while (is_sending())
    {
        std::array<iovec, pieces_max> pieces{};
        const auto count = gather(pieces);
        const auto sent = send_some(socket_.get(), std::span(pieces).first(count));
        if (!sent && would_block(sent.error()))
            return watch(poller::interest::read_write);
        if (!sent)
        {
            // The answer that explains it may have come before: receive() tells.
            body_due_ = 0;
            sent_ = outbox_.size();
            return watch(poller::interest::read);
        }
        sent_ += *sent;
    }
    return watch(poller::interest::read);
}

arrival connection::fail(failure why)
{
    close();
    return {arrival::kind::failed, {}, 0, why};
}

arrival connection::complete()
{
    const auto may_stay = head_.keep_alive && !is_sending() && pending_.empty();
    in_body_ = false;
    is_busy_ = false;
    is_reused_ = true;
    pending_ = {};
    filled_ = 0;
    if (!may_stay)
        close();
    return {arrival::kind::complete, {}, 0, failure::none};
}

arrival connection::next_head()
{
    const std::span<std::byte> inbox(*inbox_);
    for (;;)
    {
        const auto is = parse_head(as_text(pending_), expected_body::by_head, head_);
        if (is == progress::malformed || (is == progress::incomplete && filled_ == inbox.size()))
            return fail(failure::malformed);
        if (is == progress::complete)
        {
            pending_ = pending_.subspan(head_.bytes);
            if (head_.status == status_continue)
                return {arrival::kind::proceed, {}, 0, failure::none};
            if (head_.status < status_final_min)
                continue;
            reader_ = body_reader(head_);
            in_body_ = true;
            return {arrival::kind::head, {}, 0, failure::none};
        }
        const auto begin = filled_ - pending_.size();
        const auto got = receive_some(socket_.get(), inbox.subspan(filled_));
        if (!got && would_block(got.error()))
            return {};
        if (!got || *got == 0)
            return fail(failure::closed);
        filled_ += *got;
        pending_ = byte_view(inbox).subspan(begin, filled_ - begin);
    }
}

// The peer has sent no more than what was given to the user, or has closed.
arrival connection::end_of_input(const result<std::size_t>& got)
{
    if (!got && would_block(got.error()))
        return {};
    if (got && reader_.ends_with_connection())
        return complete();
    return fail(failure::closed);
}

arrival connection::next_piece(body_use use)
{
    if (reader_.is_complete())
        return complete();
    if (pending_.empty() && std::exchange(is_drained_, false))
        return {};
    if (pending_.empty() && use == body_use::drop && reader_.bytes_left() > 0)
    {
        const auto most = std::min(reader_.bytes_left(), dropped_bytes_max);
        const auto got = discard_some(socket_.get(), most);
        if (!got || *got == 0)
            return end_of_input(got);
        reader_.skip(*got);
        is_drained_ = *got < most;
        return {arrival::kind::data, {}, *got, failure::none};
    }
    if (pending_.empty())
    {
        const auto got = receive_some(socket_.get(), scratch_);
        if (!got || *got == 0)
            return end_of_input(got);
        pending_ = byte_view(scratch_).first(*got);
        is_drained_ = *got < scratch_.size();
    }
    const auto step = reader_.next(pending_);
    if (step.is == progress::malformed)
        return fail(failure::malformed);
    pending_ = pending_.subspan(step.consumed);
    return {arrival::kind::data, step.data, step.data.size(), failure::none};
}

arrival connection::receive(body_use use)
{
    return in_body_ ? next_piece(use) : next_head();
}

}  // namespace smol::load
