#pragma once

// Bodies that come from memory. One thread.

#include "common/net/body.hpp"
#include "volume/value_digest.hpp"

#include <boost/asio/basic_waitable_timer.hpp>

#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace smol::test {

enum class length_is
{
    known,
    unknown,
};

// The pieces one after the other, then `end`: none is the end of the body.
class memory_body final : public net::body_source
{
public:
    memory_body(std::vector<std::string> pieces, length_is known, error_code end = {})
        : pieces_(std::move(pieces)), end_(end)
    {
        std::uint64_t length = 0;
        for (const auto& one : pieces_)
            length += one.size();
        if (known == length_is::known)
            length_ = length;
    }

    // As if more had been promised.
    void promise(std::uint64_t length) { length_ = length; }

    std::optional<std::uint64_t> length() const override { return length_; }

    net::task<result<net::piece>> next() override
    {
        if (next_ == pieces_.size() && end_)
            co_return end_;
        if (next_ == pieces_.size())
            co_return net::piece{};
        const auto& text = pieces_[next_++];
        co_return net::piece{as_bytes(text), nullptr, text.size()};
    }

private:
    std::vector<std::string> pieces_;
    error_code end_;
    std::size_t next_ = 0;
    std::optional<std::uint64_t> length_;
};

// What one coroutine puts in another takes out.
class piped_body final : public net::body_source
{
public:
    piped_body(net::executor on, std::optional<std::uint64_t> length)
        : changed_(on), length_(length)
    {
        changed_.expires_at(timer::time_point::max());
    }

    void put(std::string bytes)
    {
        waiting_.push_back(std::move(bytes));
        changed_.cancel();
    }
    void end(error_code how)
    {
        if (!ended_)
            how_ = how;
        ended_ = true;
        changed_.cancel();
    }

    std::optional<std::uint64_t> length() const override { return length_; }

    net::task<result<net::piece>> next() override
    {
        while (waiting_.empty() && !ended_)
            co_await changed_.async_wait(net::use_task);
        if (waiting_.empty() && how_)
            co_return how_;
        if (waiting_.empty())
            co_return net::piece{};
        taken_ = std::move(waiting_.front());
        waiting_.pop_front();
        co_return net::piece{as_bytes(taken_), nullptr, taken_.size()};
    }

private:
    using timer = asio::basic_waitable_timer<std::chrono::steady_clock,
        asio::wait_traits<std::chrono::steady_clock>,
        net::executor>;

    timer changed_;
    std::optional<std::uint64_t> length_;
    std::deque<std::string> waiting_;
    std::string taken_;
    bool ended_ = false;
    error_code how_;
};

}  // namespace smol::test
