#pragma once

// One wait of one coroutine, ended by whoever knows of it, on any thread. What the waiter is told
// goes beside it, under the teller's mutex, before wake(): a sleep that ends with nothing told was
// cancelled.
//
// It is a timer that never fires and is cancelled: so a suspended coroutine belongs to its loop, as
// everything suspended does, and ends with it. Owned by the coroutine that waits, and otherwise by
// nobody who may outlive that loop.

#include "common/net/task.hpp"

#include <boost/asio/basic_waitable_timer.hpp>

#include <chrono>
#include <memory>

namespace smol::net {

class sleeper
{
public:
    explicit sleeper(const executor& home) : timer_(home, timer_type::time_point::max()) {}
    sleeper(const sleeper&) = delete;

    // Once, on its own loop, in the turn in which others come to know of it.
    task<void> sleep();

    // Any thread.
    static void wake(std::shared_ptr<sleeper> who);

private:
    using timer_type = asio::basic_waitable_timer<std::chrono::steady_clock,
        asio::wait_traits<std::chrono::steady_clock>,
        executor>;

    timer_type timer_;  // on its own loop only
};

// Throws operation_aborted: the sleep was cancelled (awaitable_operators).
[[noreturn]] void throw_cancelled();

}  // namespace smol::net
