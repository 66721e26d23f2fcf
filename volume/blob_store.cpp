#include "volume/blob_store.hpp"

#include "common/base/broken.hpp"
#include "common/base/failpoint.hpp"
#include "common/base/log.hpp"
#include "volume/blob_described.hpp"
#include "volume/blob_paths.hpp"

#include <utility>

namespace smol::volume {

namespace {

constexpr std::size_t verified_entries_max = 100'000;
constexpr std::size_t at_hand_bytes_max = 32 * MiB;

}  // namespace

blob_store::blob_store(disk& on, std::string name, store_options options)
    : disk_(on), volume_(std::move(name)), room_(options.reserve_bytes),
      verified_(verified_entries_max), at_hand_({options.open_files_max, at_hand_bytes_max}),
      staging_flush_(on, staging_directory)
{}

error_code blob_store::fault(const error_code& why, std::string_view during)
{
    if (why.category() == smol_category())
        return why;
    if (is_full(why))
        return errc::no_room;
    if (is_out_of_files(why))
    {
        at_hand_.give_way();
        return errc::too_many_requests;
    }
    read_only_.store(true);
    log::error(
        "volume_read_only", {{"volume", volume_}, {"during", during}, {"why", why.message()}});
    return errc::volume_read_only;
}

wire::health blob_store::health() const
{
    if (read_only_.load())
        return wire::health::read_only;
    return room_.is_below() ? wire::health::full : wire::health::good;
}

net::task<result<void>> blob_store::observe_space()
{
    const auto found = co_await disk_.space();
    if (!found)
        co_return found.error();
    room_.observe(*found);
    co_return result<void>();
}

net::task<result<low_water::promise>> blob_store::admit(std::uint64_t bytes)
{
    if (read_only_.load())
        co_return errc::volume_read_only;
    const auto observed = co_await observe_space();
    if (!observed)
        co_return fault(observed.error(), "statfs");
    co_return room_.admit(bytes);
}

// Another key may have the same MD5: its blob must stay what it is. And a ticket is good for one
// value.
net::task<result<void>> blob_store::check_present(
    const std::string& name, const std::string& key, std::uint64_t generation)
{
    const auto present = co_await disk_.open(key::blob_path(name), 0);
    if (!present || present->key.empty())
        co_return result<void>();
    if (present->key != key)
        co_return errc::key_collision;
    const auto about = wire::parse_description(present->key, present->description);
    if (about && about->generation == generation)
        co_return errc::write_conflict;
    co_return result<void>();
}

net::task<result<staged_blob>> blob_store::stage(stage_order order)
{
    auto room = co_await admit(order.length.value_or(0));
    if (!room)
        co_return room.error();
    const auto name = key::blob_name(order.key);
    const auto held = co_await changes_.lock(name);
    const auto allowed = co_await check_present(name, order.key, order.generation);
    if (!allowed)
        co_return allowed.error();
    auto entry =
        staging_.begin(name, order.generation, order.key, order.role, order.upload, order.ask_at);
    if (!entry)
        co_return entry.error();
    auto created = co_await create_staged(name, order);
    if (!created)
    {
        staging_.remove(name, order.generation);
        co_return created.error();
    }
    staged_blob staged;
    staged.content_ = std::move(*created);
    staged.steps_ = order.role == staged_role::first ? &first_steps : &replica_steps;
    staged.length_ = order.length;
    staged.room_ = std::move(*room);
    staged.entry_ = std::move(*entry);
    failpoint(staged.steps_->created);
    co_return staged;
}

net::task<result<std::unique_ptr<file>>> blob_store::create_staged(
    const std::string& name, const stage_order& order)
{
    const auto path = staging_path(name, order.generation);
    const char* const role = order.role == staged_role::first ? first_role : replica_role;
    std::vector<attribute> marks{{wire::key_attribute, order.key}, {role_attribute, role}};
    auto created = co_await disk_.create(path, std::move(marks));
    if (created)
        co_return created;
    if (created.error() == boost::system::errc::file_exists)
        co_return errc::write_conflict;
    const auto half = co_await disk_.unlink(path);  // made, perhaps, but not marked
    if (!half && !is_absent(half.error()))
        co_return fault(half.error(), "unlink");
    co_return fault(created.error(), "create");
}

net::task<result<void>> blob_store::append(staged_blob& to, net::piece one, value_digest& digest)
{
    if (read_only_.load())
        co_return errc::volume_read_only;
    if (!to.length_)
    {
        auto room = co_await admit(one.size);
        if (!room)
            co_return room.error();
    }
    const auto bytes = one.size;
    const auto written = co_await to.content_->write(one, to.size_, digest);
    if (!written)
        co_return fault(written.error(), "write");
    to.size_ += bytes;
    to.room_.written(bytes);
    co_return result<void>();
}

net::task<result<void>> blob_store::seal(staged_blob& one, const wire::description& about)
{
    const auto& steps = one.steps();
    attribute description{wire::blob_attribute, wire::print(about)};
    const auto described = co_await one.content_->set_attribute(std::move(description));
    if (!described)
        co_return fault(described.error(), "setxattr");
    failpoint(steps.attributes);
    const auto flushed = co_await flush(one, about);
    if (!flushed)
        co_return flushed;
    failpoint(steps.data);
    const auto named = co_await staging_flush_.flush();
    if (!named)
        co_return fault(named.error(), "fsync of the staging directory");
    failpoint(steps.name);
    co_return result<void>();
}

// What was digested as it arrived need not be verified when it is first read.
net::task<result<void>> blob_store::flush(staged_blob& one, const wire::description& about)
{
    if (is_broken(breakage::no_data_flush))
        co_return result<void>();
    const auto flushed = co_await one.content_->flush();
    if (!flushed)
        co_return fault(flushed.error(), "fsync");
    if (flushed->size != about.size)
        co_return errc::blob_damaged;
    verified_.add({flushed->inode, about.generation, about.size});
    co_return result<void>();
}

net::task<void> blob_store::discard(staged_blob one)
{
    const auto path = staging_path(one.entry_.name(), one.entry_.generation());
    const auto unlinked = co_await disk_.unlink(path);
    if (!unlinked && !is_absent(unlinked.error()))
    {
        // Its entry stays, so that the sweep tries again.
        log::warning("discard_failed", {{"path", path}, {"why", unlinked.error().message()}});
        co_return;
    }
    staging_.remove(one.entry_.name(), one.entry_.generation());
}

net::task<result<void>> blob_store::drop_staged(std::string key, std::uint64_t generation)
{
    const auto name = key::blob_name(key);
    const auto held = co_await changes_.lock(name);
    if (!staging_.is(name, generation, staged_state::waiting))
        co_return result<void>();
    const auto unlinked = co_await disk_.unlink(staging_path(name, generation));
    if (!unlinked && !is_absent(unlinked.error()))
        co_return fault(unlinked.error(), "unlink");
    staging_.remove(name, generation);
    co_return result<void>();
}

}  // namespace smol::volume
