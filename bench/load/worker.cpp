#include "bench/load/worker.hpp"

#include <sys/prctl.h>

#include <algorithm>
#include <utility>

namespace smol::load {

namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr std::size_t scratch_bytes = 256 * KiB;
constexpr auto sweep_interval = 20ms;

std::uint64_t nanoseconds_between(time_point from, time_point to)
{
    const auto passed = std::chrono::nanoseconds(to - from).count();
    return passed > 0 ? static_cast<std::uint64_t>(passed) : 0;
}

}  // namespace

worker::worker(const manners& how, std::size_t users, origins servers, places remembered)
    : how_(how), servers_(std::move(servers)), remembered_(std::move(remembered)),
      scratch_(scratch_bytes)
{
    const surroundings around{how_, events_, servers_, remembered_, scratch_};
    for (std::size_t i = 0; i < users; ++i)
        users_.push_back(std::make_unique<user>(i, around));
    idle_.reserve(users);
    resting_.reserve(users);
}

tally worker::run(script& from, const window& in)
{
    ::prctl(PR_SET_TIMERSLACK, 1UL);  // waits for the next beginning end in time
    counted_ = {};
    idle_.clear();
    resting_.clear();
    for (const auto& one : users_)
        idle_.push_back(one.get());
    busy_ = 0;
    due_ = in.begin;
    swept_ = in.begin;
    for (auto now = steady_clock::now();; now = steady_clock::now())
    {
        begin_due(from, in, now);
        if (is_over(in, now))
            break;
        for (const auto& event : events_.wait(patience(in, now)))
        {
            auto& on = *static_cast<connection*>(event.data.ptr);
            auto& one = on.owner();
            if (const auto ended = one.on_event(on, event.events))
                settle(from, in, one, *ended);
        }
        if (now - swept_ >= sweep_interval)
            sweep(from, in, now);
    }
    if (in.interval > 0ns && due_ < in.to)
        counted_.unstarted =
            static_cast<std::uint64_t>((in.to - std::max(due_, in.from)) / in.interval);
    for (const auto& one : users_)
        counted_.reconnects += one->take_reconnects();
    return std::move(counted_);
}

bool worker::is_over(const window& in, time_point now) const
{
    if (busy_ > 0)
        return false;
    return now >= in.to || (idle_.empty() && resting_.empty());
}

void worker::begin_due(script& from, const window& in, time_point now)
{
    while (!idle_.empty() && now < in.to && now >= in.begin)
    {
        if (in.interval > 0ns && due_ > now)
            return;
        auto& one = *idle_.back();
        idle_.pop_back();
        const auto next = from.next(one.number());
        if (!next)
            continue;  // this user has done its part
        const auto intended =
            in.interval > 0ns ? std::exchange(due_, due_ + in.interval) : steady_clock::now();
        ++busy_;
        if (const auto ended = one.begin(*next, intended, now))
            settle(from, in, one, *ended);
    }
}

std::chrono::nanoseconds worker::patience(const window& in, time_point now) const
{
    std::chrono::nanoseconds most = sweep_interval;
    if (now < in.begin)
        return std::min<std::chrono::nanoseconds>(most, in.begin - now);
    if (in.interval > 0ns && !idle_.empty())
        most = std::min<std::chrono::nanoseconds>(most, due_ - now);
    if (in.to != time_point::max() && now < in.to)
        most = std::min<std::chrono::nanoseconds>(most, in.to - now);
    return most;
}

void worker::settle(script& from, const window& in, user& one, const outcome& of)
{
    const auto now = steady_clock::now();
    --busy_;
    from.done(one.number(), of.what, of.why == failure::none);
    const auto is_lost =
        of.why == failure::connect || of.why == failure::closed || of.why == failure::timeout;
    (is_lost ? resting_ : idle_).push_back(&one);

    // Open loop: what was due within the window, however long it took. Closed: what ended in it.
    const auto when = in.interval > 0ns ? of.intended : now;
    if (when < in.from || when >= in.to)
        return;
    if (of.why == failure::none)
    {
        counted_.record(of.what.what, nanoseconds_between(of.intended, now), of.bytes);
        counted_.listed += of.listed;
    }
    else
        counted_.record_failure(of.why, of.status);
}

void worker::sweep(script& from, const window& in, time_point now)
{
    swept_ = now;
    idle_.insert(idle_.end(), resting_.begin(), resting_.end());
    resting_.clear();
    for (const auto& one : users_)
        if (one->is_busy() && now - one->began() > in.timeout)
            settle(from, in, *one, one->abandon(failure::timeout));
}

}  // namespace smol::load
