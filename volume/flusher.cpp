#include "volume/flusher.hpp"

#include "common/base/broken.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <memory>
#include <utility>

namespace smol::volume {

net::task<result<void>> flush_names(disk& on, std::string directory)
{
    if (is_broken(breakage::no_directory_flush))
        co_return result<void>();
    co_return co_await on.flush_directory(std::move(directory));
}

flusher::flusher(disk& on, std::string directory) : disk_(on), directory_(std::move(directory))
{}

// The first one leads: it flushes for all who wait at the moment the flush begins, then hands the
// lead to the first of those who came meanwhile.
net::task<result<void>> flusher::flush()
{
    const auto told = co_await wait_turn();
    if (told.is == part::done)
    {
        if (told.outcome)
            co_return told.outcome;
        co_return result<void>();
    }
    const auto group = take_group();
    auto flushed = co_await flush_names(disk_, directory_);
    const error_code outcome = flushed ? error_code() : flushed.error();
    for (const auto& tell : group)
        tell({part::done, outcome});
    pass_lead();
    co_return flushed;
}

net::task<flusher::word> flusher::wait_turn()
{
    const auto home = co_await asio::this_coro::executor;
    auto start = [&](auto handler) {
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        auto guard = asio::make_work_guard(home);
        waiter mine = [shared, guard](word told) {
            asio::post(guard.get_executor(), [shared, told] { (*shared)(told); });
        };
        if (take_lead(mine))
            mine({part::lead, {}});
    };
    using token = asio::use_awaitable_t<net::executor>;
    auto pending = asio::async_initiate<const token, void(word)>(std::move(start), token{});
    const auto told = co_await std::move(pending);
    co_return told;
}

bool flusher::take_lead(waiter& mine)
{
    const std::lock_guard hold(mutex_);
    if (!led_)
    {
        led_ = true;
        return true;
    }
    waiting_.push_back(mine);
    return false;
}

std::vector<flusher::waiter> flusher::take_group()
{
    const std::lock_guard hold(mutex_);
    return std::exchange(waiting_, {});
}

void flusher::pass_lead()
{
    waiter next;
    {
        const std::lock_guard hold(mutex_);
        if (waiting_.empty())
        {
            led_ = false;
            return;
        }
        next = std::move(waiting_.front());
        waiting_.erase(waiting_.begin());
    }
    next({part::lead, {}});
}

}  // namespace smol::volume
