#include "common/net/rounds.hpp"

#include <algorithm>
#include <iterator>

namespace smol::net {

// A place among those that wait. A coroutine that is destroyed there hands on a lead that it was
// given and never took.
class round_order::place
{
public:
    place(round_order& of, std::shared_ptr<waiter> who) : of_(of), who_(std::move(who)) {}
    place(const place&) = delete;
    ~place()
    {
        if (who_ && of_.heard(*who_) == part::lead)
            of_.pass_lead();
    }

    void taken() noexcept { who_.reset(); }

private:
    round_order& of_;
    std::shared_ptr<waiter> who_;
};

task<bool> round_order::turn(std::shared_ptr<waiter> who)
{
    place mine(*this, who);
    co_await who->sleep();
    const auto told = heard(*who);
    if (told == part::none)
        throw_cancelled();
    mine.taken();
    co_return told == part::lead;
}

bool round_order::try_lead()
{
    const std::lock_guard hold(mutex_);
    return !std::exchange(is_led_, true);
}

bool round_order::lead_or_enter(const std::shared_ptr<waiter>& who)
{
    const std::lock_guard hold(mutex_);
    if (!std::exchange(is_led_, true))
        return true;
    waiting_.push_back(who);
    return false;
}

round_order::part round_order::heard(const waiter& who)
{
    const std::lock_guard hold(mutex_);
    return who.told;
}

round_order::group round_order::take(std::size_t count_max)
{
    const std::lock_guard hold(mutex_);
    const auto count = static_cast<std::ptrdiff_t>(std::min(waiting_.size(), count_max));
    const auto end = waiting_.begin() + count;
    group some(std::move_iterator(waiting_.begin()), std::move_iterator(end));
    waiting_.erase(waiting_.begin(), end);
    return some;
}

void round_order::tell(const std::shared_ptr<waiter>& who, part is)
{
    {
        const std::lock_guard hold(mutex_);
        who->told = is;
    }
    sleeper::wake(who);
}

void round_order::pass_lead()
{
    std::shared_ptr<waiter> next;
    {
        const std::lock_guard hold(mutex_);
        while (!next && !waiting_.empty())
        {
            next = waiting_.front().lock();
            waiting_.erase(waiting_.begin());
        }
        is_led_ = next != nullptr;
    }
    if (next)
        tell(next, part::lead);
}

}  // namespace smol::net
