#include "volume/replica_feeds.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include <algorithm>
#include <cassert>
#include <exception>
#include <utility>

namespace smol::volume {

namespace {

using condition = asio::basic_waitable_timer<std::chrono::steady_clock,
    asio::wait_traits<std::chrono::steady_clock>,
    net::executor>;

}  // namespace

struct replica_feeds::feed
{
    upload_request request;
    std::unique_ptr<upload> connection;
    error_code failure;
    wire::receipt staged;
    bool ended = false;
};

// Shared with the feeds, so that they may end in any order when the loops stop.
struct replica_feeds::shared
{
    shared(net::executor on, peers& who, file& what) : others(who), source(what), changed(on)
    {
        changed.expires_at(condition::time_point::max());
    }

    void wake() { changed.cancel(); }
    bool is_running() const
    {
        const auto ended = [](const feed& one) { return one.ended; };
        return !std::all_of(feeds.begin(), feeds.end(), ended);
    }

    peers& others;
    file& source;
    condition changed;  // never expires; cancelled when anything below changes
    std::vector<feed> feeds;
    std::uint64_t available = 0;
    std::optional<md5_digest> md5;
    bool is_complete = false;
    bool is_abandoned = false;
};

replica_feeds::replica_feeds(net::executor on, peers& others, file& source)
    : shared_(std::make_shared<shared>(on, others, source))
{}

replica_feeds::~replica_feeds() = default;

void replica_feeds::start(std::vector<upload_request> requests)
{
    for (auto& request : requests)
    {
        feed one;
        one.request = std::move(request);
        shared_->feeds.push_back(std::move(one));
    }
    const auto on = shared_->changed.get_executor();
    for (std::size_t i = 0; i < shared_->feeds.size(); ++i)
    {
        auto ended = [all = shared_, i](std::exception_ptr thrown) {
            auto& one = all->feeds[i];
            one.ended = true;
            if (thrown)
                one.failure = errc::peer_unreachable;
            one.connection.reset();
            all->wake();
        };
        asio::co_spawn(on, run(shared_, i), std::move(ended));
    }
}

void replica_feeds::advance(std::uint64_t bytes)
{
    shared_->available = bytes;
    shared_->wake();
}

void replica_feeds::complete(std::optional<md5_digest> md5)
{
    shared_->md5 = md5;
    shared_->is_complete = true;
    shared_->wake();
}

void replica_feeds::abandon()
{
    shared_->is_abandoned = true;
    for (auto& one : shared_->feeds)
    {
        if (!one.ended && one.connection)
            one.connection->abort();
    }
    shared_->wake();
}

std::size_t replica_feeds::hopeful() const
{
    const auto is_hopeful = [](const feed& one) { return !one.failure; };
    const auto& feeds = shared_->feeds;
    return static_cast<std::size_t>(std::count_if(feeds.begin(), feeds.end(), is_hopeful));
}

bool replica_feeds::may_be_staged() const
{
    return shared_->is_complete && !shared_->feeds.empty();
}

std::vector<replica_outcome> replica_feeds::outcomes() const
{
    std::vector<replica_outcome> all;
    for (const auto& one : shared_->feeds)
        all.push_back({one.request.to, one.failure, one.staged});
    return all;
}

net::task<void> replica_feeds::run(std::shared_ptr<shared> all, std::size_t index)
{
    auto& self = all->feeds[index];
    auto begun = co_await all->others.begin_upload(self.request);
    if (!begun)
    {
        self.failure = begun.error();
        co_return;
    }
    self.connection = std::move(*begun);
    self.failure = co_await send_all(*all, *self.connection);
    if (self.failure)
        co_return;
    const auto md5 = self.request.md5_follows ? all->md5 : std::nullopt;
    assert(md5 || !self.request.md5_follows);
    auto staged = co_await self.connection->finish(md5);
    if (staged)
        self.staged = std::move(*staged);
    else
        self.failure = staged.error();
}

net::task<error_code> replica_feeds::send_all(shared& all, upload& to)
{
    std::uint64_t sent = 0;
    for (;;)
    {
        if (all.is_abandoned)
            co_return asio::error::operation_aborted;
        if (sent < all.available)
        {
            const auto length = all.available - sent;
            const auto moved = co_await to.send(all.source, sent, length);
            if (!moved)
                co_return moved.error();
            sent += length;
            continue;
        }
        if (all.is_complete)
            co_return error_code();
        co_await all.changed.async_wait(net::use_task);
    }
}

net::task<void> replica_feeds::all_ended(std::shared_ptr<shared> all)
{
    while (all->is_running())
        co_await all->changed.async_wait(net::use_task);
}

net::task<void> replica_feeds::ended(net::clock& time, std::chrono::milliseconds limit)
{
    using namespace asio::experimental::awaitable_operators;
    if (!shared_->is_running())
        co_return;
    auto in_time = all_ended(shared_);
    auto late = time.wait(limit);
    co_await (std::move(in_time) || std::move(late));
    if (!shared_->is_running())
        co_return;
    abandon();
    co_await all_ended(shared_);
}

}  // namespace smol::volume
