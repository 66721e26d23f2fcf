#include "bench/load/script.hpp"

#include "bench/load/mixed_script.hpp"

#include <algorithm>

namespace smol::load {

namespace {

// A number that keys of `missing` begin at: no run writes so many.
constexpr std::uint64_t never_written = std::uint64_t{1} << 40;

bool may_start(const script_plan& plan, shared_counters& shared)
{
    return plan.count == 0 || shared.started.fetch_add(1, std::memory_order_relaxed) < plan.count;
}

// The same operation on keys that are drawn.
class repeat_script : public script
{
public:
    repeat_script(const script_plan& plan, operation what, std::uint64_t seed, shared_counters& all)
        : plan_(plan), what_(what), numbers_(seed), zipf_(plan.keys, plan.exponent), shared_(all)
    {}

    std::optional<task> next(std::size_t) override
    {
        if (!may_start(plan_, shared_))
            return std::nullopt;
        const auto rank = plan_.law == key_law::zipf
                              ? zipf_.draw(numbers_)
                              : numbers_.below(std::max<std::uint64_t>(plan_.keys, 1));
        const auto first = what_ == operation::missing ? never_written : plan_.first_key;
        return task{what_, first + rank, 0};
    }

    void done(std::size_t, const task&, bool) override {}

private:
    const script_plan plan_;
    operation what_;
    random_stream numbers_;
    zipf_law zipf_;
    shared_counters& shared_;
};

// Each key once, in order, by whichever user is free.
class once_script : public script
{
public:
    once_script(const script_plan& plan, operation what, shared_counters& all)
        : plan_(plan), what_(what), shared_(all)
    {}

    std::optional<task> next(std::size_t) override
    {
        if (!may_start(plan_, shared_))
            return std::nullopt;
        const auto drawn = shared_.next_key.fetch_add(1, std::memory_order_relaxed);
        if (plan_.keys == 0)
            return task{what_, plan_.first_key + drawn, 0};
        const auto round = drawn / plan_.keys;
        if (round > 0 && !plan_.overwrites)
            return std::nullopt;
        return task{what_, plan_.first_key + drawn % plan_.keys, round};
    }

    void done(std::size_t, const task&, bool) override {}

private:
    const script_plan plan_;
    operation what_;
    shared_counters& shared_;
};

// Each key once by this worker, whatever the others do.
class look_up_script : public script
{
public:
    explicit look_up_script(const script_plan& plan) : plan_(plan) {}

    std::optional<task> next(std::size_t) override
    {
        if (next_ == plan_.keys)
            return std::nullopt;
        return task{operation::get, plan_.first_key + next_++, 0};
    }

    void done(std::size_t, const task&, bool) override {}

private:
    const script_plan plan_;
    std::uint64_t next_ = 0;
};

// Each user: put, get, delete of a new key. A step that fails ends its cycle.
class thrash_script : public script
{
public:
    thrash_script(const script_plan& plan, std::size_t users, shared_counters& all)
        : plan_(plan), at_(users, task{operation::put, 0, 0}), shared_(all)
    {}

    std::optional<task> next(std::size_t user) override
    {
        auto& mine = at_[user];
        if (mine.what == operation::put)
        {
            if (!may_start(plan_, shared_))
                return std::nullopt;
            const auto drawn = shared_.next_key.fetch_add(1, std::memory_order_relaxed);
            mine.key = plan_.first_key + drawn;
        }
        return mine;
    }

    void done(std::size_t user, const task& what, bool is_success) override
    {
        auto& mine = at_[user];
        if (is_success && what.what == operation::put)
            mine.what = operation::get;
        else if (is_success && what.what == operation::get)
            mine.what = operation::remove;
        else
            mine.what = operation::put;
    }

private:
    const script_plan plan_;
    std::vector<task> at_;  // by user
    shared_counters& shared_;
};

operation operation_of(workload what)
{
    switch (what)
    {
    case workload::list:
        return operation::list;
    case workload::redirect:
        return operation::redirect;
    case workload::missing:
        return operation::missing;
    default:
        return operation::get;
    }
}

}  // namespace

std::unique_ptr<script> make_script(
    const script_plan& plan, const worker_place& where, shared_counters& shared)
{
    const auto seed = mixed(mixed(plan.seed) + where.number);
    switch (plan.what)
    {
    case workload::put:
        return std::make_unique<once_script>(plan, operation::put, shared);
    case workload::remove:
        return std::make_unique<once_script>(plan, operation::remove, shared);
    case workload::mixed:
        return std::make_unique<mixed_script>(plan, where, seed, shared);
    case workload::look_up:
        return std::make_unique<look_up_script>(plan);
    case workload::thrash:
        return std::make_unique<thrash_script>(plan, where.users, shared);
    default:
        return std::make_unique<repeat_script>(plan, operation_of(plan.what), seed, shared);
    }
}

}  // namespace smol::load
