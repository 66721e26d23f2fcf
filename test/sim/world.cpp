#include "test/sim/world.hpp"

#include "common/base/digest.hpp"
#include "test/sim/life.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace smol::sim {

namespace {

std::uint64_t mixed(std::uint64_t hash, std::string_view text)
{
    constexpr std::uint64_t prime = 0x100000001b3U;  // FNV-1a
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * prime;
    return hash * prime + 1;
}

}  // namespace

void world::at(moment when, life* of, std::function<void()> what)
{
    const std::uint64_t number = of ? of->number() : 0;
    events_.push_back({std::max(when, now_), ++next_order_, of, number, std::move(what)});
    std::push_heap(events_.begin(), events_.end(), later());
}

bool world::step()
{
    if (events_.empty())
        return false;
    std::pop_heap(events_.begin(), events_.end(), later());
    const auto next = std::move(events_.back());
    events_.pop_back();
    now_ = std::max(now_, next.when);
    ++count[counted::events];
    if (!next.of)
        next.what();
    else if (is_alive(next.life_number))
        happen(*next.of, next.what);
    return true;
}

// It may end by it, or before anything comes of it.
void world::happen(life& to, const std::function<void()>& what)
{
    const auto number = to.number();
    const bool is_before = fate.flip();
    if (is_before && before_event)
        before_event(to);
    if (!is_alive(number))
        return;
    what();
    if (!is_before && before_event)
        before_event(to);
    if (is_alive(number))
        to.run();
}

bool world::is_alive(std::uint64_t number) const
{
    return std::find(alive_.begin(), alive_.end(), number) != alive_.end();
}

void world::note(std::string_view who, std::string_view what, std::string_view about)
{
    hash_ = mixed(mixed(mixed(hash_ ^ now_, who), what), about);
    if (!is_verbose_)
        return;
    std::printf("%11.6f %-8.*s %-22.*s %.*s\n",
        static_cast<double>(now_) / second,
        static_cast<int>(who.size()),
        who.data(),
        static_cast<int>(what.size()),
        what.data(),
        static_cast<int>(about.size()),
        about.data());
}

std::uint64_t world::begin_life()
{
    alive_.push_back(++last_life_);
    return last_life_;
}

void world::end_life(std::uint64_t number)
{
    std::erase(alive_, number);
}

}  // namespace smol::sim
