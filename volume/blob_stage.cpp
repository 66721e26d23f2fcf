// Received, whole and durable: the part of a blob_store that works in the staging directory.

#include "common/base/broken.hpp"
#include "common/base/failpoint.hpp"
#include "common/base/log.hpp"
#include "volume/blob_described.hpp"
#include "volume/blob_paths.hpp"
#include "volume/blob_store.hpp"

#include <utility>

namespace smol::volume {

namespace {

// A larger one is flushed by itself, so that nobody waits for it.
constexpr std::uint64_t shared_flush_bytes_max = 4 * MiB;

const step_names& steps_of(const stage_order& order)
{
    return order.role == staged_role::first ? first_steps : replica_steps;
}

new_file file_of(const std::string& name, const stage_order& order)
{
    const char* const role = order.role == staged_role::first ? first_role : replica_role;
    new_file what;
    what.unless = key::blob_path(name);
    what.path = staging_path(name, order.generation);
    what.marks = {{wire::key_attribute, order.key}, {role_attribute, role}};
    what.steps = &steps_of(order);
    return what;
}

// Another key may have the same MD5: its blob must stay what it is. And a ticket is good for one
// value.
result<void> check_present(const opened_file& present, const stage_order& order)
{
    if (present.key.empty())
        return {};
    if (present.key != order.key)
        return errc::key_collision;
    const auto about = wire::parse_description(present.key, present.description);
    if (about && about->generation == order.generation)
        return errc::write_conflict;
    return {};
}

}  // namespace

net::task<result<staged_blob>> blob_store::stage(stage_order order)
{
    auto what = file_of(key::blob_name(order.key), order);
    co_return co_await stage_with(std::move(order), std::move(what));
}

net::task<result<staged_blob>> blob_store::stage(stage_order order, small_value value)
{
    auto what = file_of(key::blob_name(order.key), order);
    what.bytes = std::move(value.bytes);
    what.description = attribute{wire::blob_attribute, wire::print(value.about)};
    co_return co_await stage_with(std::move(order), std::move(what));
}

net::task<result<staged_blob>> blob_store::stage_with(stage_order order, new_file what)
{
    auto room = co_await admit(order.length.value_or(0));
    if (!room)
        co_return room.error();
    const auto name = key::blob_name(order.key);
    const auto held = co_await changes_.lock(name);
    auto entry =
        staging_.begin(name, order.generation, order.key, order.role, order.upload, order.ask_at);
    if (!entry)
        co_return entry.error();
    const bool is_whole = what.bytes != nullptr;
    auto made = co_await make_staged(name, order, std::move(what));
    if (!made)
    {
        staging_.remove(name, order.generation);
        co_return made.error();
    }
    staged_blob staged;
    staged.content_ = std::move(made->content);
    staged.steps_ = &steps_of(order);
    staged.length_ = order.length;
    staged.room_ = std::move(*room);
    staged.entry_ = std::move(*entry);
    if (is_whole)
    {
        staged.size_ = made->facts.size;
        staged.facts_ = made->facts;
        staged.room_.written(staged.size_);
    }
    co_return staged;
}

net::task<result<made_file>> blob_store::make_staged(
    const std::string& name, const stage_order& order, new_file what)
{
    auto made = co_await disk_.make(what);
    if (made && made->present)
    {
        const auto allowed = check_present(*made->present, order);
        if (!allowed)
            co_return allowed.error();
        what.unless.clear();
        made = co_await disk_.make(std::move(what));
    }
    if (made)
        co_return made;
    if (made.error() == boost::system::errc::file_exists)
        co_return errc::write_conflict;
    const auto half = co_await disk_.unlink(staging_path(name, order.generation));
    if (!half && !io::is_absent(half.error()))
        co_return fault(half.error(), "unlink");
    co_return fault(made.error(), "create");
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
    const auto described = co_await describe(one, about);
    if (!described)
        co_return described;
    if (one.facts_->size != about.size)
        co_return errc::blob_damaged;
    const auto durable = co_await make_durable(one, about.size);
    if (!durable)
        co_return fault(durable.error(), "fsync");
    failpoint(one.steps().name);
    staging_.seal(one.entry_.name(), one.entry_.generation());
    // What was digested as it arrived need not be verified when it is first read.
    verified_.add({one.facts_->inode, about.generation, about.size});
    co_return result<void>();
}

net::task<result<void>> blob_store::describe(staged_blob& one, const wire::description& about)
{
    if (one.facts_)
        co_return result<void>();
    attribute description{wire::blob_attribute, wire::print(about)};
    const auto described = co_await one.content_->set_attribute(std::move(description));
    if (!described)
        co_return fault(described.error(), "setxattr");
    one.facts_ = *described;
    failpoint(one.steps().attributes);
    co_return result<void>();
}

// Data and attributes, then the name; or all of it at once, for many.
net::task<result<void>> blob_store::make_durable(staged_blob& one, std::uint64_t size)
{
    auto shared = one.content_;
    if (size > shared_flush_bytes_max && !is_broken(breakage::no_data_flush))
    {
        const auto flushed = co_await one.content_->flush();
        if (!flushed)
            co_return flushed;
        shared.reset();
    }
    failpoint(one.steps().data);
    co_return co_await flushes_.flush(std::move(shared), staging_directory);
}

net::task<void> blob_store::discard(staged_blob one)
{
    const auto path = staging_path(one.entry_.name(), one.entry_.generation());
    const auto unlinked = co_await disk_.unlink(path);
    if (!unlinked && !io::is_absent(unlinked.error()))
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
    co_return co_await remove_staged(name, generation);
}

}  // namespace smol::volume
