#include "bench/load/mixed_script.hpp"

#include <numeric>

namespace smol::load {

namespace {

// Draws for a deletion: a key that is being read is passed over.
constexpr int tries_max = 8;

std::size_t share_size(const script_plan& plan, const worker_place& where)
{
    return (plan.keys + where.of - 1 - where.number) / where.of;
}

std::size_t taken(std::vector<std::size_t>& from, std::size_t position)
{
    const auto found = from[position];
    from[position] = from.back();
    from.pop_back();
    return found;
}

}  // namespace

mixed_script::mixed_script(
    const script_plan& plan, const worker_place& where, std::uint64_t seed, shared_counters& shared)
    : plan_(plan), where_(where), numbers_(seed), zipf_(share_size(plan, where), plan.exponent),
      shared_(shared), states_(share_size(plan, where)), present_(states_.size())
{
    std::iota(present_.begin(), present_.end(), std::size_t{0});
    absent_.reserve(states_.size());
}

std::size_t mixed_script::draw(std::size_t of)
{
    if (plan_.law == key_law::uniform)
        return numbers_.below(of);
    return zipf_.draw(numbers_) % of;
}

std::size_t mixed_script::share_of(std::uint64_t key) const
{
    return (key - plan_.first_key) / where_.of;
}

task mixed_script::task_for(operation what, std::size_t slot) const
{
    return {what, plan_.first_key + slot * where_.of + where_.number, states_[slot].generation};
}

std::optional<task> mixed_script::read()
{
    if (present_.empty())
        return std::nullopt;
    const auto slot = present_[draw(present_.size())];
    ++states_[slot].readers;
    return task_for(operation::get, slot);
}

std::optional<task> mixed_script::write()
{
    if (absent_.empty())
        return std::nullopt;
    const auto slot = taken(absent_, numbers_.below(absent_.size()));
    ++states_[slot].generation;
    return task_for(operation::put, slot);
}

std::optional<task> mixed_script::remove()
{
    for (int i = 0; i < tries_max && !present_.empty(); ++i)
    {
        const auto position = draw(present_.size());
        if (states_[present_[position]].readers == 0)
            return task_for(operation::remove, taken(present_, position));
    }
    return std::nullopt;
}

std::optional<task> mixed_script::next(std::size_t)
{
    if (plan_.count > 0 && shared_.started.fetch_add(1, std::memory_order_relaxed) >= plan_.count)
        return std::nullopt;
    const auto drawn = numbers_.below(plan_.mix.get + plan_.mix.put + plan_.mix.remove);
    std::optional<task> found;
    if (drawn < plan_.mix.put)
        found = write();
    else if (drawn < plan_.mix.put + plan_.mix.remove)
        found = remove();
    else
        found = read();
    if (!found)
        found = read();
    if (!found)
        found = write();
    return found;
}

// What failed may or may not have happened: its key is never used again.
void mixed_script::done(std::size_t, const task& what, bool is_success)
{
    const auto slot = share_of(what.key);
    if (what.what == operation::get)
        --states_[slot].readers;
    else if (is_success)
        (what.what == operation::put ? present_ : absent_).push_back(slot);
}

}  // namespace smol::load
