// Committed and deleted: the changes of the final tree. Each holds the lock of its blob name.

#include "common/base/broken.hpp"
#include "common/base/log.hpp"
#include "volume/blob_described.hpp"
#include "volume/blob_paths.hpp"
#include "volume/blob_store.hpp"

#include <utility>

namespace smol::volume {

namespace {

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
    if (!staging_.is_sealed(name, generation, key))
    {
        const auto sound = co_await check_staged(name, key, generation);
        if (!sound)
            co_return sound;
    }
    co_return co_await move_to_final(name, key, generation);
}

// What was found at the start has to say itself what it is. What is not there may have been
// published.
net::task<result<void>> blob_store::check_staged(
    const std::string& name, const std::string& key, std::uint64_t generation)
{
    const auto staged = co_await open_described(staging_path(name, generation), 0);
    if (!staged && io::is_absent(staged.error()))
        co_return result<void>();
    if (staged && staged->about.key == key && staged->about.generation == generation)
        co_return result<void>();
    const error_code why = staged ? make_error_code(errc::blob_damaged) : staged.error();
    const bool overtaken = co_await is_overtaken(name, key, generation);
    if (!overtaken)
        co_return why;
    co_return result<void>();
}

// That or a later generation is published.
net::task<bool> blob_store::is_overtaken(
    const std::string& name, const std::string& key, std::uint64_t generation)
{
    const auto present = co_await open_described(key::blob_path(name), 0);
    co_return present && present->about.key == key && present->about.generation >= generation;
}

// No flush: until the rename is on disk the staged name is, and the master will be asked about it.
net::task<result<void>> blob_store::move_to_final(
    const std::string& name, const std::string& key, std::uint64_t generation)
{
    if (read_only_.load())
        co_return errc::volume_read_only;
    auto moved = co_await disk_.move(staging_path(name, generation), key::blob_path(name));
    if (!moved || moved->is_done)
        at_hand_.forget(key);
    if (!moved && io::is_absent(moved.error()))
    {
        staging_.remove(name, generation);
        co_return errc::blob_missing;
    }
    if (!moved)
        co_return fault(moved.error(), "rename");
    if (!moved->is_done && !moved->present)
        co_return moved->present.error();  // it may be a later generation
    if (!moved->is_done)
        co_return co_await replace_final(name, key, generation, std::move(*moved->present));
    staging_.remove(name, generation);
    blobs_.fetch_add(1);
    co_return result<void>();
}

net::task<result<void>> blob_store::replace_final(
    const std::string& name, const std::string& key, std::uint64_t generation, opened_file present)
{
    const auto about = about_of(present);
    if (about && about->key != key)
    {
        log::error("key_collision", {{"volume", volume_}, {"name", name}});
        co_return errc::key_collision;
    }
    const bool is_late = about && about->generation >= generation;
    if (is_late && !is_broken(breakage::publish_over_newer))
        co_return co_await remove_staged(name, generation);
    const auto renamed =
        co_await disk_.rename(staging_path(name, generation), key::blob_path(name));
    at_hand_.forget(key);
    if (!renamed && !io::is_absent(renamed.error()))
        co_return fault(renamed.error(), "rename");
    staging_.remove(name, generation);
    if (!renamed)
        co_return errc::blob_missing;
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
    const auto flushed = co_await flushes_.flush(nullptr, staging_directory);
    if (!flushed)
        co_return fault(flushed.error(), "fsync of the staging directory");
    co_return result<void>();
}

net::task<result<void>> blob_store::remove_final(
    const std::string& name, const std::string& key, std::uint64_t generation)
{
    const auto path = key::blob_path(name);
    const auto present = co_await open_described(path, 0);
    if (!present && io::is_absent(present.error()))
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
    const auto flushed = co_await flushes_.flush(nullptr, home_path(name));
    if (!flushed)
        co_return fault(flushed.error(), "fsync of a directory");
    co_return result<void>();
}

net::task<result<void>> blob_store::remove_staged(const std::string& name, std::uint64_t generation)
{
    const auto unlinked = co_await disk_.unlink(staging_path(name, generation));
    if (!unlinked && !io::is_absent(unlinked.error()))
        co_return fault(unlinked.error(), "unlink");
    staging_.remove(name, generation);
    co_return result<void>();
}

}  // namespace smol::volume
