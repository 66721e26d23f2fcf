#include "common/net/gate.hpp"

#include "common/base/log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>

#include <string>
#include <utility>

namespace smol::net {

namespace {

constexpr std::chrono::milliseconds poll_interval{5};

bool is_cancellation(const boost::system::system_error& failure) noexcept
{
    return failure.code() == asio::error::operation_aborted;
}

}  // namespace

gate::pass::pass(pass&& other) noexcept : of_(std::exchange(other.of_, nullptr))
{}

gate::pass& gate::pass::operator=(pass&& other) noexcept
{
    std::swap(of_, other.of_);
    return *this;
}

gate::pass::~pass()
{
    if (of_)
        of_->inside_.fetch_sub(1);
}

gate::pass gate::enter(std::size_t limit) noexcept
{
    // Counted first, asked after: who closes the gate and then sees zero has seen the last.
    pass taken(this);
    const auto before = inside_.fetch_add(1);
    if (before >= limit || is_closed())
        return {};
    return taken;
}

task<bool> gate::drained(clock& time, std::chrono::milliseconds limit)
{
    const auto end = time.steady() + limit;
    while (inside() != 0)
    {
        if (time.steady() >= end)
            co_return false;
        co_await time.wait(poll_interval);
    }
    co_return true;
}

void log_task_failed(std::string_view name, const std::exception_ptr& failure)
{
    try
    {
        if (failure)
            std::rethrow_exception(failure);
    }
    catch (const boost::system::system_error& what)
    {
        if (!is_cancellation(what))
            log::error("task_failed", {{"task", name}, {"error", what.what()}});
    }
    catch (const std::exception& what)
    {
        log::error("task_failed", {{"task", name}, {"error", what.what()}});
    }
}

void spawn(loop& home, gate& counted, std::string_view name, task<void> work)
{
    spawn(home.get_executor(), counted.enter(), name, std::move(work));
}

void spawn(executor on, gate& counted, std::string_view name, task<void> work)
{
    spawn(std::move(on), counted.enter(), name, std::move(work));
}

void spawn(loop& home, gate::pass taken, std::string_view name, task<void> work)
{
    spawn(home.get_executor(), std::move(taken), name, std::move(work));
}

void spawn(executor on, gate::pass taken, std::string_view name, task<void> work)
{
    if (!taken)
        return;
    auto ended = [pass = std::move(taken), name = std::string(name)](
                     const std::exception_ptr& failure) { log_task_failed(name, failure); };
    auto begin = [on, work = std::move(work), ended = std::move(ended)]() mutable {
        asio::co_spawn(on, std::move(work), std::move(ended));
    };
    asio::post(on, std::move(begin));
}

}  // namespace smol::net
