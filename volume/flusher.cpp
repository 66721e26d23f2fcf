#include "volume/flusher.hpp"

#include "common/base/broken.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <utility>

namespace smol::volume {

// Waits on a timer that never fires and is cancelled when there is word: so it belongs to its loop
// and ends with it. Owned by the coroutine that waits, and by nobody who may outlive that loop.
struct flusher::waiter
{
    using timer_type = asio::basic_waitable_timer<std::chrono::steady_clock,
        asio::wait_traits<std::chrono::steady_clock>,
        net::executor>;

    explicit waiter(const net::executor& home) : timer(home, timer_type::time_point::max()) {}

    timer_type timer;          // on its own loop only
    std::optional<word> told;  // under the flusher's mutex
};

// A place among those that wait. A coroutine that is destroyed there hands on a lead that it was
// given and never took.
class flusher::place
{
public:
    place(flusher& of, std::shared_ptr<waiter> who) : of_(of), who_(std::move(who)) {}
    place(const place&) = delete;
    ~place()
    {
        const auto told = who_ ? of_.heard(*who_) : std::nullopt;
        if (told && told->is == part::lead)
            of_.pass_lead();
    }

    waiter* who() noexcept { return who_.get(); }
    void taken() noexcept { who_.reset(); }

private:
    flusher& of_;
    std::shared_ptr<waiter> who_;
};

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
    const auto home = co_await asio::this_coro::executor;
    place mine(*this, enter(home));
    if (mine.who())
    {
        co_await mine.who()->timer.async_wait(net::use_task);
        const auto told = heard(*mine.who());
        if (!told)
            throw boost::system::system_error(asio::error::operation_aborted);
        mine.taken();
        if (told->is == part::done && told->outcome)
            co_return told->outcome;
        if (told->is == part::done)
            co_return result<void>();
    }
    const auto group = take_group();
    auto flushed = co_await flush_names(disk_, directory_);
    const error_code outcome = flushed ? error_code() : flushed.error();
    for (const auto& one : group)
    {
        if (const auto who = one.lock())
            tell(who, {part::done, outcome});
    }
    pass_lead();
    co_return flushed;
}

std::shared_ptr<flusher::waiter> flusher::enter(const net::executor& home)
{
    const std::lock_guard hold(mutex_);
    if (!std::exchange(led_, true))
        return nullptr;
    auto mine = std::make_shared<waiter>(home);
    waiting_.push_back(mine);
    return mine;
}

std::optional<flusher::word> flusher::heard(const waiter& who)
{
    const std::lock_guard hold(mutex_);
    return who.told;
}

void flusher::tell(const std::shared_ptr<waiter>& who, word told)
{
    {
        const std::lock_guard hold(mutex_);
        who->told = told;
    }
    asio::post(who->timer.get_executor(), [who] { who->timer.cancel(); });
}

std::vector<std::weak_ptr<flusher::waiter>> flusher::take_group()
{
    const std::lock_guard hold(mutex_);
    return std::exchange(waiting_, {});
}

void flusher::pass_lead()
{
    std::shared_ptr<waiter> next;
    {
        const std::lock_guard hold(mutex_);
        while (!next && !waiting_.empty())
        {
            next = waiting_.front().lock();
            waiting_.erase(waiting_.begin());
        }
        led_ = next != nullptr;
    }
    if (next)
        tell(next, {part::lead, {}});
}

}  // namespace smol::volume
