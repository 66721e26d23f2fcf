#include "common/net/loop.hpp"

#include "common/net/client.hpp"
#include "common/net/desk.hpp"
#include "common/net/gate.hpp"
#include "common/net/offload.hpp"
#include "common/net/stream.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>

#include <pthread.h>

#include <algorithm>
#include <cassert>
#include <csignal>

namespace smol::net {

namespace {

constexpr std::chrono::milliseconds sweep_interval{250};

thread_local loop* current_loop = nullptr;

// sendfile(2) and splice(2) cannot be told to leave SIGPIPE alone; the signal goes to the thread.
void block_sigpipe() noexcept
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

std::size_t cores() noexcept
{
    return std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace

loop& this_loop() noexcept
{
    assert(current_loop);
    return *current_loop;
}

loop::loop()
    : desks_(std::make_unique<desk_store>()), connections_(std::make_unique<connection_store>())
{
    last_turn_.store(std::chrono::steady_clock::now());
    asio::use_service<lent_work>(context_);
}

loop::~loop()
{
    connections_.reset();
}

void loop::enlist(stream& one)
{
    one.place_ = streams_.size();
    streams_.push_back(&one);
}

void loop::dismiss(stream& one)
{
    assert(streams_[one.place_] == &one);
    streams_[one.place_] = streams_.back();
    streams_[one.place_]->place_ = one.place_;
    streams_.pop_back();
}

void loop::run()
{
    block_sigpipe();
    current_loop = this;
    const auto guard = asio::make_work_guard(context_);
    context_.run();
    current_loop = nullptr;
}

void loop::wait_for_pools()
{
    asio::use_service<lent_work>(context_).wait_until_back();
}

void loop::abandon()
{
    current_loop = this;
    connections_->close();
    context_.abandon();
    current_loop = nullptr;
}

void loop::end_late_streams(std::chrono::steady_clock::time_point now)
{
    for (auto* one : streams_)
        if (one->limit_ <= now)
            one->expire();
}

task<void> loop::sweep()
{
    asio::basic_waitable_timer<std::chrono::steady_clock,
        asio::wait_traits<std::chrono::steady_clock>,
        executor>
        timer(get_executor());
    for (;;)
    {
        const auto now = std::chrono::steady_clock::now();
        last_turn_.store(now);
        end_late_streams(now);
        connections_->drop_old(now);
        timer.expires_at(now + sweep_interval);
        const auto [ec] = co_await timer.async_wait(use_task);
        if (ec)
            co_return;
    }
}

loops::loops(std::size_t count)
{
    loops_.resize(count == 0 ? cores() : count);
    for (auto& one : loops_)
        one = std::make_unique<loop>();
}

loops::~loops()
{
    stop();
}

loop& loops::next() noexcept
{
    return *loops_[turn_.fetch_add(1, std::memory_order_relaxed) % loops_.size()];
}

void loops::start()
{
    assert(threads_.empty());
    for (auto& one : loops_)
    {
        asio::co_spawn(one->get_executor(), one->sweep(), [](const std::exception_ptr& failure) {
            log_task_failed("sweep", failure);
        });
        threads_.emplace_back([running = one.get()] { running->run(); });
    }
}

void loops::stop()
{
    assert(!current_loop);
    for (auto& one : loops_)
        one->context_.stop();
    for (auto& thread : threads_)
        thread.join();
    threads_.clear();
    for (auto& one : loops_)
        one->wait_for_pools();
    // Twice: what is destroyed on one loop may post to another (a lock passed on).
    for (int round = 0; round < 2; ++round)
        for (auto& one : loops_)
            one->abandon();
}

bool loops::are_turning(std::chrono::milliseconds limit) const noexcept
{
    const auto oldest = std::chrono::steady_clock::now() - limit;
    return std::all_of(loops_.begin(), loops_.end(), [oldest](const auto& one) {
        return one->last_turn() >= oldest;
    });
}

}  // namespace smol::net
