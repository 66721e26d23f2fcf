#pragma once

// What all processes of a simulated cluster share: one queue of events, the time they happen at,
// chance, and the record of it all. One thread.

#include "test/sim/chance.hpp"
#include "test/sim/counters.hpp"

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace smol::sim {

using moment = std::uint64_t;  // microseconds since the beginning

inline constexpr moment millisecond = 1'000;
inline constexpr moment second = 1'000'000;

class life;

class world
{
public:
    world(std::uint64_t seed, bool is_verbose) : fate(seed), is_verbose_(is_verbose) {}

    moment now() const { return now_; }
    bool is_verbose() const { return is_verbose_; }

    // `what` happens then, in `of` (null: in the world), unless that has ended meanwhile.
    void at(moment when, life* of, std::function<void()> what);

    // The next event; false if there is none.
    bool step();

    // Something happens to a life now, which then goes on as far as it can.
    void happen(life& to, const std::function<void()>& what);

    // Time passes in which nobody does anything.
    void pass(moment span) { now_ += span; }

    // Asked before each event of a life; it may end it.
    std::function<void(life&)> before_event;

    // A line of the history.
    void note(std::string_view who, std::string_view what, std::string_view about = {});
    std::uint64_t history_hash() const { return hash_; }

    // For life: its number, until it ends.
    std::uint64_t begin_life();
    void end_life(std::uint64_t number);

    chance fate;
    counters count;

private:
    struct event
    {
        moment when;
        std::uint64_t order;
        life* of;
        std::uint64_t life_number;
        std::function<void()> what;
    };
    struct later
    {
        bool operator()(const event& a, const event& b) const
        {
            return a.when != b.when ? a.when > b.when : a.order > b.order;
        }
    };

    bool is_alive(std::uint64_t number) const;

    bool is_verbose_;
    moment now_ = 0;
    std::uint64_t next_order_ = 0;
    std::uint64_t hash_ = 0;
    std::vector<event> events_;  // a heap
    std::uint64_t last_life_ = 0;
    std::vector<std::uint64_t> alive_;
};

}  // namespace smol::sim
