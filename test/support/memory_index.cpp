#include "test/support/memory_index.hpp"

#include <boost/asio/detached.hpp>

namespace smol::test {

struct memory_index::waiting
{
    using timer = asio::basic_waitable_timer<std::chrono::steady_clock,
        asio::wait_traits<std::chrono::steady_clock>,
        net::executor>;

    waiting(const master::change& one, const net::executor& home)
        : what(one), done(home, timer::time_point::max())
    {}

    const master::change& what;
    timer done;  // cancelled when it is
    result<void> outcome;
    bool is_done = false;
};

net::task<error_code> memory_index::pass(std::string_view operation)
{
    if (!pace_)
        co_return error_code();
    co_return co_await pace_(operation);
}

result<master::lookup> memory_index::try_get(
    master::family in, std::string_view key, std::string& value)
{
    if (miss_every_ != 0 && ++reads_ % miss_every_ == 0)
        return master::lookup::would_block;
    auto found = read(in, key);
    if (!*found)
        return master::lookup::absent;
    value = std::move(**found);
    return master::lookup::found;
}

net::task<result<std::optional<std::string>>> memory_index::get(master::family in, std::string key)
{
    const auto failed = co_await pass("read");
    if (failed)
        co_return failed;
    co_return read(in, key);
}

net::task<result<void>> memory_index::visit(
    master::family in, std::string from, std::string to, master::visitor each)
{
    const auto failed = co_await pass("read");
    if (failed)
        co_return failed;
    const auto& table_of = at(in);
    for (auto one = table_of.lower_bound(from); one != table_of.end(); ++one)
    {
        if ((!to.empty() && one->first >= to) || !each(one->first, one->second))
            break;
    }
    co_return result<void>();
}

net::task<result<void>> memory_index::apply(master::change one)
{
    const auto home = co_await asio::this_coro::executor;
    waiting mine(one, home);
    queue_.push_back(&mine);
    if (!is_writing_)
    {
        is_writing_ = true;
        asio::co_spawn(home, write_batches(), asio::detached);
    }
    if (!mine.is_done)
        co_await mine.done.async_wait(net::use_task);
    co_return mine.outcome;
}

net::task<void> memory_index::write_batches()
{
    while (!queue_.empty())
        co_await write_batch(std::exchange(queue_, {}));
    is_writing_ = false;
}

net::task<void> memory_index::write_batch(std::vector<waiting*> batch)
{
    master::write_set changes(
        [this](master::family in, std::string_view key) { return read(in, key); });
    for (auto* const one : batch)
        one->outcome = changes.run(one->what);
    const auto failed = co_await pass("write");
    if (!failed)
        for (const auto& step : changes.steps())
            write(step);
    if (!failed)
        co_await pass("written");
    for (auto* const one : batch)
    {
        if (failed)
            one->outcome = failed;
        one->is_done = true;
        one->done.cancel();
    }
}

void memory_index::forget_waiting()
{
    queue_.clear();
    is_writing_ = false;
}

result<std::optional<std::string>> memory_index::read(master::family in, std::string_view key)
{
    const auto found = at(in).find(key);
    if (found == at(in).end())
        return std::optional<std::string>();
    return std::optional(found->second);
}

void memory_index::write(const master::write_step& step)
{
    auto& into = at(step.in);
    if (step.is == master::write_step::kind::put)
        into[step.key] = step.value;
    else if (step.is == master::write_step::kind::remove)
        into.erase(step.key);
    else
        into.erase(into.lower_bound(step.key), into.lower_bound(step.value));
}

}  // namespace smol::test
