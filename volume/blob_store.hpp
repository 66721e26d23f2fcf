#pragma once

// The blobs of one volume: staged, published, found, removed, recovered. Protocol logic above the
// disk seam; no sockets, no time but what callers hand in. Thread-safe; calls resume on the
// caller's loop.
//
// Staging is the intent log. A staging file has its key and its role from the start, and its
// description once the value is whole; it is durable before anybody is told of it. The final tree
// never holds an uncommitted value. Changes below one MD5 are serialised by a lock.

#include "common/net/keyed_lock.hpp"
#include "common/wire/description.hpp"
#include "volume/blob_cache.hpp"
#include "volume/disk.hpp"
#include "volume/flusher.hpp"
#include "volume/found_blob.hpp"
#include "volume/low_water.hpp"
#include "volume/staged_blob.hpp"
#include "volume/staging_table.hpp"
#include "volume/verified_set.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace smol::volume {

// A committed value of a key. The digest tells it from what another use of its ticket staged.
struct value_name
{
    std::uint64_t generation = 0;
    xxh3_digest xxh3{};
};

// Whether a blob is what was asked for: that value of the key, or a later one.
bool is_wanted(const wire::description& about, std::string_view key, const value_name& wanted);

struct store_options
{
    std::optional<std::uint64_t>
        reserve_bytes;                 // low-water mark; nothing: the rule of low_water.hpp
    std::size_t open_files_max = 256;  // kept for the next GET
};

class blob_store
{
public:
    // `on` must outlive it. `name`: of the volume, for the log.
    blob_store(disk& on, std::string name, store_options options);

    // First of all calls: makes the directories, checks that attributes are kept
    // (no_user_attributes), removes what nobody else can know of, and enters the rest as waiting.
    net::task<result<void>> open();

    // A new staging file. write_conflict: that generation was staged or published before.
    // key_collision. no_room. volume_read_only.
    net::task<result<staged_blob>> stage(stage_order order);
    // The same for a value that is in memory: appended and described as well.
    net::task<result<staged_blob>> stage(stage_order order, small_value value);
    net::task<result<void>> append(staged_blob& to, net::piece one, value_digest& digest);
    // Attributes, data and name become durable.
    net::task<result<void>> seal(staged_blob& one, const wire::description& about);
    net::task<void> discard(staged_blob one);

    // Staging -> final name, of what that upload brought. Success also if that or a later
    // generation is there already. blob_missing, key_collision, write_conflict (still being
    // received), blob_damaged.
    net::task<result<void>> publish(
        std::string key, std::uint64_t generation, std::uint64_t upload);
    // Drops a staged blob that waits. Success also if there is none.
    net::task<result<void>> drop_staged(std::string key, std::uint64_t generation);
    // Deletes the key's blobs up to `generation`, durably, staged ones too: none of them is
    // published any more. Success also if there are none.
    net::task<result<void>> remove(std::string key, std::uint64_t generation);

    // That value of the key or a later published one, verified. Of at most `bytes_max`: its bytes
    // and no file. blob_missing, blob_damaged.
    net::task<result<shared_blob>> find(std::string key, value_name wanted, std::size_t bytes_max);
    // The same without the disk; null if it is not at hand.
    shared_blob recall(std::string_view key, const value_name& wanted);
    shared_blob recall(std::string_view key);  // whichever value of that key
    // Sending its bytes has failed by the file's fault: the next GET looks at it afresh.
    void distrust(const found_blob& one, const error_code& why);

    // Counts the published blobs. Reads the whole tree of names.
    net::task<void> survey();
    // Asks the file system how much room is left.
    net::task<result<void>> observe_space();

    staging_table& staging() noexcept { return staging_; }
    const staging_table& staging() const noexcept { return staging_; }
    wire::health health() const;
    bool is_read_only() const noexcept { return read_only_.load(); }
    io::space space() const { return room_.last(); }
    std::uint64_t blobs() const noexcept { return blobs_.load(); }

private:
    struct described;

    net::task<result<low_water::promise>> admit(std::uint64_t bytes);
    net::task<result<staged_blob>> stage_with(stage_order order, new_file what);
    net::task<result<made_file>> make_staged(
        const std::string& name, const stage_order& order, new_file what);
    net::task<result<described>> open_described(std::string path, std::size_t bytes_max);
    net::task<result<void>> verify(const described& one, const std::string& name);
    net::task<result<void>> verify_in_parts(const described& one);
    void tell_damage(const std::string& path, const error_code& why) const;
    net::task<result<void>> probe_attributes();
    net::task<result<void>> recover();
    net::task<result<void>> recover_one(std::string file_name);
    net::task<result<void>> describe(staged_blob& one, const wire::description& about);
    net::task<result<void>> make_durable(staged_blob& one, std::uint64_t size);
    net::task<result<void>> check_staged(
        const std::string& name, const std::string& key, std::uint64_t generation);
    net::task<bool> is_overtaken(
        const std::string& name, const std::string& key, std::uint64_t generation);
    net::task<result<void>> move_to_final(
        const std::string& name, const std::string& key, std::uint64_t generation);
    net::task<result<void>> replace_final(const std::string& name,
        const std::string& key,
        std::uint64_t generation,
        opened_file present);
    net::task<result<void>> remove_final(
        const std::string& name, const std::string& key, std::uint64_t generation);
    net::task<result<void>> flush_home(const std::string& name);
    net::task<result<void>> remove_staged(const std::string& name, std::uint64_t generation);

    // What an error of a change means: no_room, or the end of writing on this volume.
    error_code fault(const error_code& why, std::string_view during);

    disk& disk_;
    std::string volume_;
    low_water room_;
    staging_table staging_;
    verified_set verified_;
    blob_cache at_hand_;
    net::keyed_lock changes_;    // by blob name
    net::keyed_lock verifying_;  // by blob name
    std::atomic<bool> read_only_{false};
    std::atomic<std::uint64_t> blobs_{0};
    flusher flushes_;  // last: who still waits in it holds on to the others
};

}  // namespace smol::volume
