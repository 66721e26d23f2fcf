// The start of a blob_store: directories, attributes, what was staged when the process last ended.

#include "common/base/log.hpp"
#include "volume/blob_described.hpp"
#include "volume/blob_paths.hpp"
#include "volume/blob_store.hpp"

#include <utility>

namespace smol::volume {

namespace {

const std::string probe_path = ".smol/attribute-probe";

bool is_hex_name(std::string_view name, std::size_t digits)
{
    return name.size() == digits && name.find_first_not_of("0123456789abcdef") == name.npos;
}

}  // namespace

net::task<result<void>> blob_store::open()
{
    for (const auto& path : {program_directory, staging_directory, quarantine_directory})
    {
        const auto made = co_await disk_.make_directory(path);
        if (!made)
            co_return made;
    }
    for (const auto& path : {program_directory, std::string(".")})
    {
        const auto flushed = co_await disk_.flush_directory(path);
        if (!flushed)
            co_return flushed;
    }
    const auto observed = co_await observe_space();
    if (!observed)
        co_return observed;
    const auto kept = co_await probe_attributes();
    if (!kept)
        co_return kept;
    co_return co_await recover();
}

net::task<result<void>> blob_store::probe_attributes()
{
    const auto stale = co_await disk_.unlink(probe_path);
    if (!stale && !io::is_absent(stale.error()))
        co_return stale;
    std::vector<attribute> marks{{wire::key_attribute, "probe"}};
    const auto probe = co_await disk_.create(probe_path, std::move(marks));
    const auto unlinked = co_await disk_.unlink(probe_path);
    if (!unlinked && !io::is_absent(unlinked.error()))
        co_return unlinked;
    if (!probe && probe.error() == boost::system::errc::not_supported)
        co_return errc::no_user_attributes;
    if (!probe && !is_full(probe.error()))
        co_return probe.error();
    co_return result<void>();  // on a full disk what is there is served, and has its attributes
}

net::task<result<void>> blob_store::recover()
{
    const auto names = co_await disk_.list(staging_directory);
    if (!names)
        co_return names.error();
    for (const auto& name : *names)
    {
        const auto entered = co_await recover_one(name);
        if (!entered && !read_only_.load())
            co_return entered;
    }
    if (!names->empty())
        log::info("staging_recovered", {{"volume", volume_}, {"waiting", staging_.size()}});
    co_return result<void>();
}

// What this volume alone can know of goes at once: a file that was not marked yet, and a replica
// that was not whole. About everything else the master is asked; see docs/ARCHITECTURE.md. What
// the disk does not let us read is left for the next start, and until then nothing is written.
net::task<result<void>> blob_store::recover_one(std::string file_name)
{
    const auto path = staging_directory + "/" + file_name;
    const auto named = key::parse_staging_name(file_name);
    const auto opened = co_await disk_.open(path, 0);
    const auto role = co_await disk_.read_attribute(path, role_attribute);
    if (!opened && is_unreadable(opened.error()))
        co_return fault(opened.error(), "open of a staged file");
    if (!role && is_unreadable(role.error()))
        co_return fault(role.error(), "getxattr");
    if (!named || !opened || !role)
    {
        log::warning("foreign_file", {{"volume", volume_}, {"path", path}});
        co_return result<void>();
    }
    const auto is = *role == first_role ? staged_role::first : staged_role::replica;
    const bool is_ours = !opened->key.empty() && key::blob_name(opened->key) == named->name;
    const bool is_kept = is_ours && (is == staged_role::first || !opened->description.empty());
    if (is_kept)
    {
        const auto entered = staging_.enter(named->name, named->generation, opened->key, is);
        if (!entered)
            tell_damage(path, entered.error());
        co_return result<void>();
    }
    const auto unlinked = co_await disk_.unlink(path);
    if (!unlinked)
        co_return fault(unlinked.error(), "unlink");
    co_return result<void>();
}

net::task<void> blob_store::survey()
{
    const auto outer = co_await disk_.list(".");
    if (!outer)
        co_return;
    for (const auto& first : *outer)
    {
        if (!is_hex_name(first, 2))
            continue;
        const auto inner = co_await disk_.list(first);
        if (!inner)
            continue;
        for (const auto& home : *inner)
        {
            if (!is_hex_name(home, 4))
                continue;
            const auto blobs = co_await disk_.list(first + "/" + home);
            if (!blobs)
                continue;
            blobs_.fetch_add(blobs->size());
        }
    }
}

}  // namespace smol::volume
