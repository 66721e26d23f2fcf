#include "test/sim/register_checker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <set>
#include <unordered_set>

namespace smol::sim {

namespace {

constexpr std::size_t operations_max = 64;
constexpr value_id something_unseen = std::numeric_limits<value_id>::max();

struct visited
{
    std::uint64_t done;
    value_id state;
    bool operator==(const visited&) const = default;
};

struct hash_of_visited
{
    std::size_t operator()(const visited& one) const
    {
        return (one.done ^ (std::uint64_t{one.state} << 40U)) * 0x9e3779b97f4a7c15U;
    }
};

class search
{
public:
    explicit search(const std::vector<operation>& all) : all_(all)
    {
        std::set<value_id> seen;
        for (const auto& one : all)
        {
            if (one.is == operation::kind::read)
                seen.insert(one.value);
            if (one.before)
                seen.insert(*one.before);
        }
        for (std::size_t i = 0; i < all.size(); ++i)
        {
            if (all[i].ended != operation::never)
                answered_ |= bit(i);
            else if (!all[i].before && (all[i].value == nothing || !seen.contains(all[i].value)))
                (all[i].value == nothing ? removals_ : unseen_) |= bit(i);
        }
    }

    bool has_order() { return go_on(0, nothing); }
    // The most that any order could explain.
    std::uint64_t best() const { return best_; }

private:
    static std::uint64_t bit(std::size_t i) { return std::uint64_t{1} << i; }

    // What is first to end of what is not done: nothing that begins later may come before it.
    std::uint64_t first_end(std::uint64_t done) const
    {
        auto first = operation::never;
        for (std::size_t i = 0; i < all_.size(); ++i)
            if ((done & bit(i)) == 0)
                first = std::min(first, all_[i].ended);
        return first;
    }

    static bool may_follow(const operation& one, value_id state)
    {
        if (one.is == operation::kind::read)
            return one.value == state;
        if (one.on_something && state == nothing)
            return false;
        return !one.before || *one.before == state;
    }

    bool go_on(std::uint64_t done, value_id state)
    {
        if ((done & answered_) == answered_)
            return true;
        if (!seen_.insert({done, state}).second)
            return false;
        if (std::popcount(done & answered_) > std::popcount(best_ & answered_))
            best_ = done;
        const auto limit = first_end(done);
        std::uint64_t next = 0;
        for (std::size_t i = 0; i < all_.size(); ++i)
        {
            const auto& one = all_[i];
            if ((done & bit(i)) != 0 || one.started > limit || !may_follow(one, state))
                continue;
            if (one.is == operation::kind::read)
                return go_on(done | bit(i), state);  // it changes nothing: the sooner the better
            next |= bit(i);
        }
        return try_each(done, first_of(first_of(next, unseen_), removals_));
    }

    // Those that nobody can tell from each other happen in the order in which they began.
    static std::uint64_t first_of(std::uint64_t next, std::uint64_t alike)
    {
        const auto some = next & alike;
        return (next & ~alike) | (some & -some);
    }

    bool try_each(std::uint64_t done, std::uint64_t next)
    {
        for (std::size_t i = 0; i < all_.size(); ++i)
        {
            const bool is_unseen = (unseen_ & bit(i)) != 0;
            const auto state = is_unseen ? something_unseen : all_[i].value;
            if ((next & bit(i)) != 0 && go_on(done | bit(i), state))
                return true;
        }
        return false;
    }

    const std::vector<operation>& all_;
    std::uint64_t answered_ = 0;
    std::uint64_t unseen_ = 0;    // writes of unknown outcome whose values matter to nobody
    std::uint64_t removals_ = 0;  // removals of unknown outcome of whatever was there
    std::uint64_t best_ = 0;
    std::unordered_set<visited, hash_of_visited> seen_;
};

}  // namespace

std::string violation(const std::vector<operation>& all)
{
    if (all.size() > operations_max)
        return "too many operations to check";
    auto sorted = all;
    const auto earlier = [](const operation& a, const operation& b) {
        return a.started < b.started;
    };
    std::sort(sorted.begin(), sorted.end(), earlier);
    search order(sorted);
    if (order.has_order())
        return {};
    std::string text = "no order explains these operations (the longest explains those with +):\n";
    for (std::size_t i = 0; i < sorted.size(); ++i)
        text += fmt::format(
            "  {} {}\n", (order.best() >> i & 1U) != 0 ? '+' : ' ', describe(sorted[i]));
    return text;
}

std::string describe(const operation& one)
{
    const auto end = one.ended == operation::never
                         ? std::string("unknown")
                         : fmt::format("{:.6f}", static_cast<double>(one.ended) / 1e6);
    const auto* const verb = one.is == operation::kind::read    ? "read"
                             : one.is == operation::kind::write ? "write"
                                                                : "remove";
    std::string text = fmt::format("{:6} value {:3} from {:.6f} to {}",
        verb,
        one.value,
        static_cast<double>(one.started) / 1e6,
        end);
    if (one.before)
        text += fmt::format(", over value {}", *one.before);
    if (one.on_something)
        text += ", of something";
    return text;
}

}  // namespace smol::sim
