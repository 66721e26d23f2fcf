#pragma once

// Which task comes next. One script for each worker thread; what they share is in
// `progress_of_all`. Pure but for that.

#include "bench/load/random.hpp"
#include "bench/load/task.hpp"
#include "bench/load/zipf.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace smol::load {

enum class key_law
{
    uniform,
    zipf,
};

enum class workload
{
    get,
    put,
    remove,
    list,
    redirect,
    missing,
    mixed,
    thrash,   // each user: put, get and delete a key of its own, again and again
    look_up,  // each worker: get of every key, once
};

struct mix_weights
{
    std::uint64_t get = 90;
    std::uint64_t put = 5;
    std::uint64_t remove = 5;
};

struct script_plan
{
    workload what = workload::get;
    std::uint64_t keys = 0;       // how many there are; put: 0 is no end of new ones
    std::uint64_t first_key = 0;  // number of the first one
    bool overwrites = false;      // put: begin again after the last key, with a new generation
    key_law law = key_law::uniform;
    double exponent = 0.99;  // of zipf
    mix_weights mix;
    std::uint64_t seed = 1;
    std::uint64_t count = 0;  // operations in all (thrash: cycles); 0 is no end
};

// Shared by the scripts of all workers. Thread-safe.
struct shared_counters
{
    std::atomic<std::uint64_t> started = 0;  // operations, against script_plan::count
    std::atomic<std::uint64_t> next_key = 0;
};

class script
{
public:
    virtual ~script() = default;

    // The next task of a user (0, 1, … within the worker); nothing: that was all.
    virtual std::optional<task> next(std::size_t user) = 0;

    // What came of the task that `next` gave this user.
    virtual void done(std::size_t user, const task& what, bool is_success) = 0;
};

struct worker_place
{
    std::size_t number = 0;  // 0, 1, …
    std::size_t of = 1;      // workers
    std::size_t users = 1;   // of this worker
};

// `shared` must outlive the script.
std::unique_ptr<script> make_script(
    const script_plan& plan, const worker_place& where, shared_counters& shared);

}  // namespace smol::load
