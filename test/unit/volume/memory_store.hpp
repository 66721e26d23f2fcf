#pragma once

// A blob_store on a disk in memory, and values for it.

#include "common/key/key_path.hpp"
#include "test/support/memory_disk.hpp"
#include "test/support/one_thread.hpp"
#include "volume/blob_paths.hpp"
#include "volume/blob_store.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace smol::test {

using volume::blob_store;
using volume::staged_role;

inline wire::description describe(std::string key, std::uint64_t generation, std::string_view bytes)
{
    wire::description about;
    about.key = std::move(key);
    about.generation = generation;
    about.size = bytes.size();
    about.xxh3 = xxh3_of(bytes);
    return about;
}

// Staged and durable, as if by an upload that has ended.
inline net::task<result<void>> stage(
    blob_store& store, std::string key, std::uint64_t generation, std::string bytes)
{
    volume::stage_order order{key, generation, staged_role::replica, bytes.size(), {}};
    auto staged = co_await store.stage(std::move(order));
    if (!staged)
        co_return staged.error();
    volume::value_digest digest(volume::md5_rule::small, bytes.size());
    const net::piece all{as_bytes(bytes), nullptr, bytes.size()};
    const auto written = co_await store.append(*staged, all, digest);
    if (!written)
        co_return written;
    const auto about = describe(key, generation, bytes);
    co_return co_await store.seal(*staged, about);
}

// The same of a small value, as if received in memory.
inline net::task<result<void>> stage_whole(
    blob_store& store, std::string key, std::uint64_t generation, std::string bytes)
{
    const auto about = describe(key, generation, bytes);
    volume::stage_order order{key, generation, staged_role::replica, bytes.size(), {}};
    volume::small_value value{about, std::make_shared<const std::string>(std::move(bytes))};
    auto staged = co_await store.stage(std::move(order), std::move(value));
    if (!staged)
        co_return staged.error();
    co_return co_await store.seal(*staged, about);
}

// Of the tests' values, each is named after its generation.
inline std::string value_of(std::uint64_t generation)
{
    static constexpr std::array names{"four", "five", "six", "seven", "eight", "nine"};
    return names.at(generation - 4);
}

using change_of = std::function<net::task<result<void>>(blob_store&)>;

class memory_store
{
public:
    memory_store() { reopen(); }

    void reopen()
    {
        store_ = std::make_unique<blob_store>(disk, "vol-a", volume::store_options{});
        REQUIRE(thread.run(store_->open()));
    }
    result<void> put(const std::string& key, std::uint64_t generation, const std::string& bytes)
    {
        const auto staged = thread.run(stage(*store_, key, generation, bytes));
        return staged ? thread.run(store_->publish(key, generation, 0)) : staged;
    }
    std::string get(const std::string& key, std::uint64_t generation, std::size_t bytes_max = MiB)
    {
        const auto value = xxh3_of(value_of(generation));
        auto found = thread.run(store_->find(key, {generation, value}, bytes_max));
        return found ? (*found)->bytes : name_of(found.error());
    }
    volume::shared_blob recall(const std::string& key, std::uint64_t generation)
    {
        return store_->recall(key, {generation, xxh3_of(value_of(generation))});
    }
    // The first GET since a restart; `change` happens once it has opened the blob.
    result<volume::shared_blob> get_while(
        const std::string& key, std::uint64_t generation, change_of change)
    {
        reopen();
        interruption_ = std::move(change);
        disk.keep_pace({[this](auto operation, auto) { return interrupt(operation); }, {}});
        const auto value = xxh3_of(value_of(generation));
        auto found = thread.run(store_->find(key, {generation, value}, 0));
        disk.keep_pace({});
        return found;
    }
    blob_store& store() { return *store_; }

    manual_clock time;
    one_thread thread{time};
    memory_disk disk;

private:
    net::task<error_code> interrupt(std::string_view operation)
    {
        if (operation != "read" || !interruption_)
            co_return error_code();
        const auto change = std::exchange(interruption_, nullptr);
        const auto changed = co_await change(*store_);
        co_return changed ? error_code() : changed.error();
    }

    std::unique_ptr<blob_store> store_;
    change_of interruption_;
};

inline const std::string home_of_k = key::blob_path(key::blob_name("k"));

// A disk of which `operation` on a path that starts with `where` fails with `number`.
inline memory_disk::fault failing(std::string operation, std::string where, int number)
{
    return [=](std::string_view asked, const std::string& path) {
        const bool is_it = asked == operation && path.starts_with(where);
        return is_it ? error_code(number, boost::system::system_category()) : error_code();
    };
}

}  // namespace smol::test
