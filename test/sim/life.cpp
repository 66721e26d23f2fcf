#include "test/sim/life.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <exception>
#include <memory>
#include <utility>

namespace smol::sim {

namespace {

constexpr std::uint64_t beginning_us = 1'800'000'000'000'000;

}  // namespace

life::life(world& in, std::string name)
    : world_(in), name_(std::move(name)), number_(in.begin_life())
{}

life::~life()
{
    end();
}

void life::spawn(net::task<void> work)
{
    auto ended = [](const std::exception_ptr& failure) {
        if (failure)
            std::rethrow_exception(failure);
    };
    asio::co_spawn(context_, std::move(work), std::move(ended));
}

void life::run()
{
    context_.restart();
    context_.poll();
}

void life::end()
{
    if (std::exchange(is_over_, true))
        return;
    world_.end_life(number_);
    while (!parked_.empty())
    {
        auto all = std::move(parked_);
        parked_.clear();
        all.clear();
    }
    context_.abandon();
    parked_.clear();
    context_.abandon();  // what was destroyed may have posted
}

net::task<void> life::park(spot& at)
{
    auto start = [this, &at](auto handler) {
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        at = ++last_spot_;
        auto slot = asio::get_associated_cancellation_slot(*shared);
        if (slot.is_connected())
            slot.assign([this, here = at](asio::cancellation_type) { wake(here); });
        parked_.emplace(at, [shared] { (*shared)(); });
    };
    using token = asio::use_awaitable_t<net::executor>;
    auto pending = asio::async_initiate<const token, void()>(std::move(start), token{});
    co_await std::move(pending);
}

void life::wake(spot at)
{
    const auto found = parked_.find(at);
    if (found == parked_.end())
        return;
    auto resume = std::move(found->second);
    parked_.erase(found);
    asio::post(context_, std::move(resume));
}

net::task<void> life::pause(moment span)
{
    spot here = last_spot_ + 1;
    world_.at(world_.now() + span, this, [this, here] { wake(here); });
    co_await park(here);
}

std::uint64_t machine_clock::unix_us()
{
    return beginning_us + world_.now() - static_cast<std::uint64_t>(skew_us_);
}

std::chrono::steady_clock::time_point machine_clock::steady()
{
    return std::chrono::steady_clock::time_point(std::chrono::hours(1)) +
           std::chrono::microseconds(world_.now());
}

net::task<void> machine_clock::wait(std::chrono::milliseconds span)
{
    return life_->pause(static_cast<moment>(std::chrono::microseconds(span).count()));
}

}  // namespace smol::sim
