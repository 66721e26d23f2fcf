#include "test/sim/audit.hpp"

#include "common/base/digest.hpp"
#include "common/key/key_path.hpp"
#include "common/wire/description.hpp"
#include "common/wire/record.hpp"
#include "test/sim/ledger.hpp"
#include "volume/blob_paths.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace smol::sim {

namespace {

using index_family = master::family;

std::string in_family(cluster& of, index_family which, std::string_view name)
{
    std::string left;
    for (const auto& [key, value] : of.master().index().at(which))
        left += fmt::format("{} in the index: {} = {}\n", name, key, value);
    return left;
}

std::string attribute(const test::memory_content& of, const char* name)
{
    const auto found = of.attributes.find(name);
    return found == of.attributes.end() ? std::string() : found->second;
}

// What a volume lacks of a value that it is to have.
std::string fault_of(cluster& of,
    volume_machine& on,
    const std::string& key,
    const wire::record& record,
    const std::string& path)
{
    const auto file = on.disk().names().find(path);
    if (!file)
        return "is not there";
    const auto& content = file->now;
    const auto about = wire::parse_description(
        attribute(content, wire::key_attribute), attribute(content, wire::blob_attribute));
    if (!about || about->key != key)
        return "has no attributes, or another key's";
    if (about->generation != record.generation)
        return fmt::format("is of generation {}", about->generation);
    if (about->xxh3 != record.xxh3 || about->md5 != record.md5 || about->size != record.size)
        return "is said to be another value";
    const bool is_whole =
        content.bytes.size() == record.size && xxh3_of(content.bytes) == record.xxh3;
    if (!is_whole && !of.is_damaged(on, file->number))
        return "has other bytes";
    return {};
}

using expected = std::map<std::string, std::set<std::string>>;  // volume -> paths

std::string check_record(
    cluster& of, const std::string& key, const std::string& line, expected& paths)
{
    const auto record = wire::parse_record(line);
    if (!record)
        return fmt::format("unreadable record of {}: {}\n", key, line);
    if (record->is == wire::state::tombstone)
        return fmt::format("a tombstone of {} is kept\n", key);
    const auto path = key::blob_path(key::blob_name(key));
    std::string wrong;
    for (const auto& one : of.volumes())
    {
        const auto& names = record->volumes;
        if (std::find(names.begin(), names.end(), one->name()) == names.end())
            continue;
        paths[one->name()].insert(path);
        const auto fault = fault_of(of, *one, key, *record, path);
        if (!fault.empty())
            wrong += fmt::format("{} on {} {} (record: {})\n", key, one->name(), fault, line);
    }
    return wrong;
}

}  // namespace

std::string unsettled(cluster& of)
{
    std::string left;
    for (const auto& one : of.volumes())
        for (const auto& path : one->disk().files())
            if (path.starts_with(volume::staging_directory))
                left += fmt::format("staged on {}: {}\n", one->name(), path);
    left += in_family(of, index_family::deletions, "a deletion");
    left += in_family(of, index_family::tombstones, "a tombstone");
    left += in_family(of, index_family::commits, "an answer to a commit");
    return left;
}

std::string disagreement(cluster& of)
{
    std::string wrong;
    expected paths;
    for (const auto& [key, line] : of.master().index().at(index_family::records))
        wrong += check_record(of, key, line, paths);
    for (const auto& one : of.volumes())
        for (const auto& path : one->disk().files())
            if (!path.starts_with('.') && !paths[one->name()].contains(path))
                wrong += fmt::format("orphan on {}: {}\n", one->name(), path);
    return wrong;
}

std::string stale_blobs(cluster& of, std::size_t keys)
{
    std::string stale;
    for (const auto& one : of.volumes())
        for (std::size_t key = 0; one->served() != nullptr && key < keys; ++key)
        {
            const auto name = ledger::key_name(key);
            const auto at_hand = one->served()->store().recall(name, {});
            const auto file = one->disk().names().find(key::blob_path(key::blob_name(name)));
            if (at_hand && (!file || file->number != at_hand->inode))
                stale += fmt::format("{} has at hand what {} was\n", one->name(), name);
        }
    return stale;
}

}  // namespace smol::sim
