// Committed and deleted: the changes of the final tree. Each holds the lock of its blob name.

#include "common/base/broken.hpp"
#include "common/base/log.hpp"
#include "volume/blob_described.hpp"
#include "volume/blob_paths.hpp"
#include "volume/blob_store.hpp"

#include <charconv>
#include <utility>

namespace smol::volume {

namespace {

// "ab/abcd" as a number. `name` is a blob name, so its digits are good.
std::size_t home_of(std::string_view name)
{
    unsigned place = 0;
    std::from_chars(name.data(), name.data() + 4, place, 16);
    return place;
}

std::string home_path(std::string_view name)
{
    return key::blob_path(name).substr(0, 7);
}

}  // namespace

net::task<result<void>> blob_store::publish(
    std::string key, std::uint64_t generation, std::uint64_t upload)
{
    const auto name = key::blob_name(key);
    const auto held = co_await changes_.lock(name);
    if (staging_.is(name, generation, staged_state::receiving))
        co_return errc::write_conflict;
    // The word may be late, and a second use of the ticket may have staged other bytes since.
    if (staging_.is_of_another(name, generation, upload))
        co_return errc::blob_missing;
    const auto present = co_await open_described(key::blob_path(name), 0);
    if (!present && is_unreadable(present.error()))
        co_return present.error();  // it may be a later generation
    const bool is_current = present && present->about.key == key;
    if (present && !is_current)
    {
        log::error("key_collision", {{"volume", volume_}, {"name", name}});
        co_return errc::key_collision;
    }
    const auto staged = co_await open_described(staging_path(name, generation), 0);
    const bool is_late = is_current && present->about.generation >= generation;
    if (is_late && !is_broken(breakage::publish_over_newer))
        co_return co_await remove_staged(name, generation);
    if (!staged && is_absent(staged.error()))
    {
        staging_.remove(name, generation);
        co_return errc::blob_missing;
    }
    if (!staged)
        co_return staged.error();
    if (staged->about.key != key || staged->about.generation != generation)
        co_return errc::blob_damaged;
    const auto moved = co_await move_to_final(key, name, generation);
    if (moved && !is_current)
        blobs_.fetch_add(1);
    co_return moved;
}

// No flush: until the rename is on disk the staged name is, and the master will be asked about it.
net::task<result<void>> blob_store::move_to_final(
    const std::string& key, const std::string& name, std::uint64_t generation)
{
    if (read_only_.load())
        co_return errc::volume_read_only;
    const auto made = co_await make_home(name);
    if (!made)
        co_return made;
    const auto renamed =
        co_await disk_.rename(staging_path(name, generation), key::blob_path(name));
    at_hand_.forget(key);
    if (!renamed)
        co_return fault(renamed.error(), "rename");
    staging_.remove(name, generation);
    co_return result<void>();
}

net::task<result<void>> blob_store::make_home(const std::string& name)
{
    auto& is_there = homes_[home_of(name)];
    if (is_there.load())
        co_return result<void>();
    const auto home = home_path(name);
    const auto outer = co_await disk_.make_directory(home.substr(0, 2));
    if (!outer)
        co_return fault(outer.error(), "mkdir");
    const auto inner = co_await disk_.make_directory(home);
    if (!inner)
        co_return fault(inner.error(), "mkdir");
    is_there.store(true);
    co_return result<void>();
}

// Staged generations before it go too: none of them can become current any more, and a publish of
// one must find nothing, be it on its way, or yet to come when an old answer to its commit arrives.
// An upload at work on one goes on without a name.
net::task<result<void>> blob_store::remove(std::string key, std::uint64_t generation)
{
    if (read_only_.load())
        co_return errc::volume_read_only;
    const auto name = key::blob_name(key);
    const auto held = co_await changes_.lock(name);
    const auto removed = co_await remove_final(name, key, generation);
    if (!removed)
        co_return removed;
    const auto overtaken = staging_.generations_up_to(name, key, generation);
    for (const auto each : overtaken)
    {
        const auto dropped = co_await remove_staged(name, each);
        if (!dropped)
            co_return dropped;
    }
    if (overtaken.empty())
        co_return result<void>();
    const auto flushed = co_await staging_flush_.flush();
    if (!flushed)
        co_return fault(flushed.error(), "fsync of the staging directory");
    co_return result<void>();
}

net::task<result<void>> blob_store::remove_final(
    const std::string& name, const std::string& key, std::uint64_t generation)
{
    const auto path = key::blob_path(name);
    const auto present = co_await open_described(path, 0);
    if (!present && is_absent(present.error()))
        co_return co_await flush_home(name);  // what unlinked it may have ended before its flush
    if (!present && is_unreadable(present.error()))
        co_return present.error();
    if (!present)
    {
        tell_damage(path, present.error());  // whose it is cannot be told: it stays
        co_return result<void>();
    }
    if (present->about.key != key || present->about.generation > generation)
        co_return result<void>();
    const auto unlinked = co_await disk_.unlink(path);
    at_hand_.forget(key);
    if (!unlinked)
        co_return fault(unlinked.error(), "unlink");
    blobs_.fetch_sub(1);
    co_return co_await flush_home(name);
}

net::task<result<void>> blob_store::flush_home(const std::string& name)
{
    const auto flushed = co_await flush_names(disk_, home_path(name));
    if (!flushed && !is_absent(flushed.error()))
        co_return fault(flushed.error(), "fsync of a directory");
    co_return result<void>();
}

net::task<result<void>> blob_store::remove_staged(const std::string& name, std::uint64_t generation)
{
    const auto unlinked = co_await disk_.unlink(staging_path(name, generation));
    if (!unlinked && !is_absent(unlinked.error()))
        co_return fault(unlinked.error(), "unlink");
    staging_.remove(name, generation);
    co_return result<void>();
}

}  // namespace smol::volume
