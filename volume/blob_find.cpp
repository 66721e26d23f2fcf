// Reading side of blob_store: which file is the value, and are its bytes what they were.

#include "common/base/log.hpp"
#include "common/key/object_key.hpp"
#include "volume/blob_described.hpp"
#include "volume/blob_paths.hpp"
#include "volume/blob_store.hpp"
#include "volume/get_plan.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace smol::volume {

namespace {

constexpr std::uint64_t verify_step_bytes = 8 * MiB;  // one visit to the pool

}  // namespace

bool is_wanted(const wire::description& about, std::string_view key, const value_name& wanted)
{
    const bool is_it = about.generation == wanted.generation && about.xxh3 == wanted.xxh3;
    return about.key == key && (is_it || about.generation > wanted.generation);
}

shared_blob blob_store::described::share(blob_store& in) &&
{
    auto found = std::make_shared<found_blob>();
    found->store = &in;
    found->fields = whole_value_fields(about);
    found->content = std::move(opened.content);
    found->about = std::move(about);
    found->bytes = std::move(opened.bytes);
    found->inode = opened.facts.inode;
    return found;
}

void found_blob::sending_failed(const error_code& why) const
{
    if (why == errc::blob_damaged || why == boost::system::errc::io_error)
        store->distrust(*this, why);
}

net::task<result<blob_store::described>> blob_store::open_described(
    std::string path, std::size_t bytes_max)
{
    auto opened = co_await disk_.open(path, bytes_max);
    if (!opened && is_out_of_files(opened.error()) && at_hand_.give_way())
        opened = co_await disk_.open(std::move(path), bytes_max);
    if (!opened)
        co_return opened.error();
    auto about = about_of(*opened);
    if (!about)
        co_return about.error();
    described all{std::move(*opened), std::move(*about)};
    co_return all;
}

void blob_store::tell_damage(const std::string& path, const error_code& why) const
{
    log::error("blob_damaged", {{"volume", volume_}, {"path", path}, {"why", why.message()}});
}

shared_blob blob_store::recall(std::string_view key)
{
    return at_hand_.find(key);
}

shared_blob blob_store::recall(std::string_view key, const value_name& wanted)
{
    auto found = recall(key);
    if (found && is_wanted(found->about, key, wanted))
        return found;
    return nullptr;
}

void blob_store::distrust(const found_blob& one, const error_code& why)
{
    tell_damage(key::blob_path(key::blob_name(one.about.key)), why);
    verified_.remove({one.inode, one.about.generation, one.about.size});
    at_hand_.forget(one.about.key);
}

// A publish may rename the blob between the first two looks, so the final name is looked at again.
net::task<result<shared_blob>> blob_store::find(
    std::string key, value_name wanted, std::size_t bytes_max)
{
    const auto since = at_hand_.mark_of(key);
    const auto name = key::blob_name(key);
    const auto final_path = key::blob_path(name);
    const std::array paths{final_path, staging_path(name, wanted.generation), final_path};
    error_code reason = errc::blob_missing;
    for (const auto& path : paths)
    {
        auto one = co_await open_described(path, bytes_max);
        if (!one && io::is_absent(one.error()))
            continue;
        if (one && !is_wanted(one->about, key, wanted))
            continue;
        auto sound = one ? result<void>() : result<void>(one.error());
        if (one)
            sound = co_await verify(*one, name);
        if (sound)
        {
            auto found = std::move(*one).share(*this);
            if (path == final_path)
                at_hand_.keep(found, since);
            co_return found;
        }
        if (sound.error() == reason)
            break;
        reason = sound.error();
        tell_damage(path, reason);
    }
    co_return reason;
}

net::task<result<void>> blob_store::verify(const described& one, const std::string& name)
{
    if (verified_.contains(one.identity()))
        co_return result<void>();
    if (one.opened.bytes.size() == one.about.size)
    {
        if (xxh3_of(one.opened.bytes) != one.about.xxh3)
            co_return errc::blob_damaged;
        verified_.add(one.identity());
        co_return result<void>();
    }
    const auto held = co_await verifying_.lock(name);  // once is enough for all who wait
    if (verified_.contains(one.identity()))
        co_return result<void>();
    const auto sound = co_await verify_in_parts(one);
    if (sound)
        verified_.add(one.identity());
    co_return sound;
}

net::task<result<void>> blob_store::verify_in_parts(const described& one)
{
    xxh3_stream digest;
    std::uint64_t done = 0;
    while (done < one.about.size)
    {
        const auto step = std::min(verify_step_bytes, one.about.size - done);
        const auto got = co_await one.opened.content->digest(digest, done, step);
        if (!got)
            co_return got.error();
        if (*got == 0)
            co_return errc::blob_damaged;
        done += *got;
    }
    if (digest.value() != one.about.xxh3)
        co_return errc::blob_damaged;
    co_return result<void>();
}

}  // namespace smol::volume
