#pragma once

// Work that costs little more for many than for one: whoever asks while a round of it runs is in
// the next one. Thread-safe; each caller resumes on its own loop.

#include "common/net/sleeper.hpp"
#include "common/net/task.hpp"

#include <boost/asio/this_coro.hpp>

#include <cassert>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace smol::net {

// Who waits for the next round, and who leads this one.
class round_order
{
protected:
    enum class part
    {
        none,  // not told yet; or woken without a word
        lead,  // run the round for all who wait
        done,  // another one has run it
    };
    struct waiter : sleeper
    {
        using sleeper::sleeper;
        part told = part::none;  // under the mutex
    };
    using group = std::vector<std::weak_ptr<waiter>>;

    ~round_order() = default;

    // True: no round runs, and the caller leads the next one.
    bool try_lead();
    // The same; else `who` waits for its turn.
    bool lead_or_enter(const std::shared_ptr<waiter>& who);
    // True: the caller leads the next round. False: it was in the last one.
    task<bool> turn(std::shared_ptr<waiter> who);
    // For the one who leads: those who wait, at most so many; to each its end; the end of all.
    group take(std::size_t count_max);
    void tell(const std::shared_ptr<waiter>& who, part is);
    void pass_lead();

private:
    class place;
    part heard(const waiter& who);

    std::mutex mutex_;
    bool is_led_ = false;
    group waiting_;  // for the next rounds
};

template <typename Item, typename Outcome>
class rounds : round_order
{
public:
    // Does all of it: as many outcomes, in the order of the items. Runs on the loop of one of the
    // callers, one round at a time. What it throws one of them gets, and the others of the round
    // operation_aborted.
    using work = std::function<task<std::vector<Outcome>>(std::vector<Item>)>;

    // `items_max`: in one round.
    rounds(work what, std::size_t items_max) : work_(std::move(what)), items_max_(items_max) {}

    // The item's own outcome.
    task<Outcome> join(Item mine)
    {
        if (!try_lead())
        {
            const auto home = co_await asio::this_coro::executor;
            const auto self = std::make_shared<entry>(home, std::move(mine));
            const bool leads = lead_or_enter(self) || co_await turn(self);
            if (!leads)
                co_return std::move(*self->outcome);
            mine = std::move(self->item);
        }
        co_return co_await lead(std::move(mine));
    }

private:
    struct entry : waiter
    {
        entry(const executor& home, Item what) : waiter(home), item(std::move(what)) {}

        Item item;
        std::optional<Outcome> outcome;  // there once its waiter is told that it is done
    };

    task<Outcome> lead(Item mine)
    {
        std::vector<Item> items;
        items.push_back(std::move(mine));
        std::vector<std::weak_ptr<entry>> others;
        for (const auto& one : take(items_max_ - 1))
        {
            const auto who = std::static_pointer_cast<entry>(one.lock());
            if (!who)
                continue;
            items.push_back(who->item);
            others.push_back(who);
        }
        std::vector<Outcome> outcomes;
        std::exception_ptr failure;
        try
        {
            outcomes = co_await work_(std::move(items));
        }
        catch (...)
        {
            failure = std::current_exception();
        }
        assert(failure || outcomes.size() == others.size() + 1);
        for (std::size_t i = 0; i < others.size(); ++i)
        {
            const auto who = others[i].lock();
            if (!who)
                continue;
            if (!failure)
                who->outcome = std::move(outcomes[i + 1]);
            tell(who, failure ? part::none : part::done);
        }
        pass_lead();
        if (failure)
            std::rethrow_exception(failure);
        co_return std::move(outcomes.front());
    }

    const work work_;
    const std::size_t items_max_;
};

}  // namespace smol::net
