#include "test/support/memory_peers.hpp"

#include "test/support/memory_body.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <optional>

namespace smol::test {

namespace {

using timer = asio::basic_waitable_timer<std::chrono::steady_clock,
    asio::wait_traits<std::chrono::steady_clock>,
    net::executor>;

// One upload: the sender's end and the receiver's share it.
struct wire_state
{
    wire_state(net::executor on, std::optional<std::uint64_t> length)
        : body(on, length), changed(on)
    {
        changed.expires_at(timer::time_point::max());
    }

    piped_body body;
    timer changed;
    volume::put_order order;
    std::optional<result<wire::receipt>> answer;
    bool is_aborted = false;
};

net::task<void> receive(std::shared_ptr<wire_state> over, volume::put_context with)
{
    over->answer = co_await volume::stage_replica(with, over->order, over->body);
    over->changed.cancel();
}

class memory_upload final : public volume::upload
{
public:
    memory_upload(std::shared_ptr<wire_state> over, bool spoils_md5)
        : over_(std::move(over)), spoils_md5_(spoils_md5)
    {}
    ~memory_upload() override { over_->body.end(errc::body_truncated); }

    net::task<result<void>> send(
        volume::file& from, std::uint64_t offset, std::uint64_t length) override
    {
        std::string bytes(length, '\0');
        const auto got = co_await from.read(std::as_writable_bytes(std::span(bytes)), offset);
        if (!got || *got != length)
            co_return errc::peer_unreachable;
        if (over_->is_aborted || over_->answer)
            co_return errc::peer_unreachable;
        over_->body.put(std::move(bytes));
        co_return result<void>();
    }

    net::task<result<wire::receipt>> finish(std::optional<md5_digest> md5) override
    {
        if (md5 && spoils_md5_)
            md5 = md5_of("spoilt");
        if (md5)
            over_->body.put(std::string(as_text(*md5)));
        over_->body.end({});
        while (!over_->answer && !over_->is_aborted)
            co_await over_->changed.async_wait(net::use_task);
        if (!over_->answer)
            co_return errc::peer_unreachable;
        co_return *over_->answer;
    }

    void abort() override
    {
        over_->is_aborted = true;
        over_->body.end(errc::body_truncated);
        over_->changed.cancel();
    }

private:
    std::shared_ptr<wire_state> over_;
    bool spoils_md5_;
};

}  // namespace

net::task<result<std::unique_ptr<volume::upload>>> memory_peers::begin_upload(
    volume::upload_request request)
{
    const auto to = volumes_.find(request.to.address);
    if (to == volumes_.end())
        co_return errc::peer_unreachable;
    const auto& with = *to->second;
    const auto right = with.link.redeem(request.ticket, request.key, with.time.steady());
    if (!right)
        co_return errc::peer_refused;
    const auto head = volume::upload_head(request);
    const volume::put_request arriving{head, request.key, request.ticket, *right};
    auto order = volume::understand(arriving);
    if (!order)
        co_return errc::peer_refused;
    const bool is_known = head.body == http::framing::length;
    const auto length = is_known ? std::optional(head.content_length) : std::nullopt;
    auto over = std::make_shared<wire_state>(on_, length);
    over->order = std::move(*order);
    const auto& to_address = request.to.address;
    if (std::find(stalled_.begin(), stalled_.end(), to_address) == stalled_.end())
        asio::co_spawn(on_, receive(over, with), [](std::exception_ptr) {});
    std::unique_ptr<volume::upload> begun = std::make_unique<memory_upload>(over, spoils_md5);
    co_return begun;
}

net::task<result<wire::commit_answers>> memory_peers::commit(wire::commit_requests request)
{
    wire::commit_answers all;
    for (const auto& one : request.commits)
    {
        asked.push_back(one);
        auto answer = commits(one);
        if (!answer)
            co_return answer.error();
        all.answers.push_back(std::move(*answer));
    }
    co_return all;
}

net::task<result<wire::staged_answer>> memory_peers::ask_staged(wire::staged_query query)
{
    wire::staged_answer answer;
    for (const auto& entry : query.entries)
    {
        asked_staged.push_back(entry);
        answer.verdicts.push_back(verdicts(entry));
    }
    co_return answer;
}

net::task<result<void>> memory_peers::publish(std::string address, wire::publish_request request)
{
    const auto to = volumes_.find(address);
    if (to == volumes_.end())
        co_return errc::peer_unreachable;
    for (const auto& entry : request.entries)
        co_await to->second->store.publish(entry.key, entry.generation, entry.upload);
    co_return result<void>();
}

}  // namespace smol::test
