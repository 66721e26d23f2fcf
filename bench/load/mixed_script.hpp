#pragma once

// Reads, writes and deletions of one worker's share of the keys, such that each read knows what it
// must find: a key that is being written or deleted is given to nobody else, and a key that is
// being read is not changed. Pure but for the shared counter.

#include "bench/load/script.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace smol::load {

class mixed_script : public script
{
public:
    // All keys are there at first, with generation 0.
    mixed_script(const script_plan& plan,
        const worker_place& where,
        std::uint64_t seed,
        shared_counters& shared);

    std::optional<task> next(std::size_t user) override;
    void done(std::size_t user, const task& what, bool is_success) override;

private:
    struct key_state
    {
        std::uint32_t generation = 0;
        std::uint32_t readers = 0;
    };

    std::optional<task> read();
    std::optional<task> write();
    std::optional<task> remove();
    std::size_t draw(std::size_t of);
    std::size_t share_of(std::uint64_t key) const;
    task task_for(operation what, std::size_t slot) const;

    const script_plan plan_;
    const worker_place where_;
    random_stream numbers_;
    zipf_law zipf_;
    shared_counters& shared_;
    std::vector<key_state> states_;     // by place in the share
    std::vector<std::size_t> present_;  // places in the share that nobody changes
    std::vector<std::size_t> absent_;
};

}  // namespace smol::load
