#pragma once

// The master's index in maps: for tests, and for one thread only. Changes that wait become one
// batch, which is there as a whole or not at all, as with the real one.

#include "master/index.hpp"
#include "master/write_set.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>

#include <array>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace smol::test {

class memory_index final : public master::index
{
public:
    using table = std::map<std::string, std::string, std::less<>>;

    // Awaited when set: "read" before a read, "write" before a batch is on the disk, "written"
    // after. An error of a write ends the process.
    using pace = std::function<net::task<error_code>(std::string_view operation)>;

    result<master::lookup> try_get(
        master::family in, std::string_view key, std::string& value) override;
    net::task<result<std::optional<std::string>>> get(master::family in, std::string key) override;
    net::task<result<void>> visit(
        master::family in, std::string from, std::string to, master::visitor each) override;
    net::task<result<void>> apply(master::change one) override;
    master::index_stats stats() override { return {at(master::family::records).size()}; }

    table& at(master::family in) { return tables_[static_cast<std::size_t>(in)]; }

    void keep_pace(pace with) { pace_ = std::move(with); }
    // Every so many reads from memory are told to come again.
    void miss_every(std::uint64_t reads) { miss_every_ = reads; }
    // The process is gone, with all that waited.
    void forget_waiting();

private:
    struct waiting;

    net::task<error_code> pass(std::string_view operation);
    net::task<void> write_batches();
    net::task<void> write_batch(std::vector<waiting*> batch);
    result<std::optional<std::string>> read(master::family in, std::string_view key);
    void write(const master::write_step& step);

    std::array<table, master::family_count> tables_;
    pace pace_;
    std::uint64_t miss_every_ = 0;
    std::uint64_t reads_ = 0;
    std::vector<waiting*> queue_;
    bool is_writing_ = false;
};

}  // namespace smol::test
