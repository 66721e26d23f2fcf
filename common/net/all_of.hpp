#pragma once

// Several tasks at a time, on the loop of the one who waits for all of them.

#include "common/net/task.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <exception>
#include <memory>
#include <utility>
#include <vector>

namespace smol::net {

// Ends when all have ended. If some throw, the last one's exception is thrown then.
inline task<void> all_of(std::vector<task<void>> children)
{
    if (children.size() == 1)
    {
        co_await std::move(children.front());
        co_return;
    }
    const auto home = co_await asio::this_coro::executor;
    auto start = [&](auto handler) {
        struct waiting
        {
            decltype(handler) done;
            std::size_t left;
            std::exception_ptr failure;
        };
        auto all =
            std::make_shared<waiting>(waiting{std::move(handler), children.size() + 1, nullptr});
        auto ended = [all](std::exception_ptr failure) {
            if (failure)
                all->failure = failure;
            if (--all->left == 0)
                all->done(all->failure);
        };
        for (auto& child : children)
            asio::co_spawn(home, std::move(child), ended);
        asio::post(home, [ended] { ended(nullptr); });
    };
    using token = asio::use_awaitable_t<executor>;
    auto pending =
        asio::async_initiate<const token, void(std::exception_ptr)>(std::move(start), token{});
    co_await std::move(pending);
}

}  // namespace smol::net
