#include "volume/flusher.hpp"

#include "common/base/broken.hpp"
#include "common/net/sleeper.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <utility>

namespace smol::volume {

namespace {

void add(flush_batch& to, std::shared_ptr<file> content, std::string directory)
{
    if (content && !is_broken(breakage::no_data_flush))
        to.files.push_back(std::move(content));
    auto& all = to.directories;
    const bool is_known = std::find(all.begin(), all.end(), directory) != all.end();
    if (!is_known && !is_broken(breakage::no_directory_flush))
        all.push_back(std::move(directory));
}

}  // namespace

struct flusher::waiter : net::sleeper
{
    waiter(const net::executor& home, std::shared_ptr<file> what, std::string of)
        : sleeper(home), content(std::move(what)), directory(std::move(of))
    {}

    std::shared_ptr<file> content;
    std::string directory;
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

flusher::flusher(disk& on) : disk_(on)
{}

// The first one leads: it flushes for all who wait at the moment the flush begins, then hands the
// lead to the first of those who came meanwhile.
net::task<result<void>> flusher::flush(std::shared_ptr<file> content, std::string directory)
{
    const auto home = co_await asio::this_coro::executor;
    place mine(*this, enter(home, content, directory));
    if (mine.who())
    {
        co_await mine.who()->sleep();
        const auto told = heard(*mine.who());
        if (!told)
            net::throw_cancelled();
        mine.taken();
        if (told->is == part::done && told->outcome)
            co_return told->outcome;
        if (told->is == part::done)
            co_return result<void>();
    }
    const auto group = take_group();
    flush_batch batch;
    add(batch, std::move(content), std::move(directory));
    for (const auto& one : group)
    {
        if (const auto who = one.lock())
            add(batch, who->content, who->directory);
    }
    auto flushed = co_await disk_.flush(std::move(batch));
    const error_code outcome = flushed ? error_code() : flushed.error();
    for (const auto& one : group)
    {
        if (const auto who = one.lock())
            tell(who, {part::done, outcome});
    }
    pass_lead();
    co_return flushed;
}

std::shared_ptr<flusher::waiter> flusher::enter(
    const net::executor& home, const std::shared_ptr<file>& content, const std::string& of)
{
    const std::lock_guard hold(mutex_);
    if (!std::exchange(led_, true))
        return nullptr;
    auto mine = std::make_shared<waiter>(home, content, of);
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
    net::sleeper::wake(who);
}

flusher::group flusher::take_group()
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
