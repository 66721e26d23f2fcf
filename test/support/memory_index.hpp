#pragma once

// The master's index in maps: for tests, and for one thread only.

#include "master/index.hpp"
#include "master/write_set.hpp"

#include <array>
#include <map>
#include <string>
#include <utility>

namespace smol::test {

class memory_index final : public master::index
{
public:
    using table = std::map<std::string, std::string, std::less<>>;

    result<master::looked_up> try_get(master::family in, std::string_view key) override
    {
        const auto found = read(in, key);
        if (!*found)
            return master::looked_up{master::lookup::absent, {}};
        return master::looked_up{master::lookup::found, **found};
    }

    net::task<result<std::optional<std::string>>> get(master::family in, std::string key) override
    {
        co_return read(in, key);
    }

    net::task<result<master::page>> scan(
        master::family in, std::string from, std::string to, std::size_t limit) override
    {
        master::page found;
        const auto& from_table = at(in);
        for (auto one = from_table.lower_bound(from); one != from_table.end(); ++one)
        {
            if (!to.empty() && one->first >= to)
                break;
            found.more = found.entries.size() == limit;
            if (found.more)
                break;
            found.entries.push_back({one->first, one->second});
        }
        co_return found;
    }

    net::task<result<void>> apply(master::change one) override
    {
        auto below = [this](master::family in, std::string_view key) { return read(in, key); };
        master::write_set changes(std::move(below));
        const auto outcome = changes.run(one);
        for (const auto& step : changes.steps())
            write(step);
        co_return outcome;
    }

    master::index_stats stats() override { return {at(master::family::records).size()}; }

    table& at(master::family in) { return tables_[static_cast<std::size_t>(in)]; }

private:
    result<std::optional<std::string>> read(master::family in, std::string_view key)
    {
        const auto found = at(in).find(key);
        if (found == at(in).end())
            return std::optional<std::string>();
        return std::optional(found->second);
    }

    void write(const master::write_step& step)
    {
        auto& into = at(step.in);
        if (step.is == master::write_step::kind::put)
            into[step.key] = step.value;
        else if (step.is == master::write_step::kind::remove)
            into.erase(step.key);
        else
            into.erase(into.lower_bound(step.key), into.lower_bound(step.value));
    }

    std::array<table, master::family_count> tables_;
};

}  // namespace smol::test
