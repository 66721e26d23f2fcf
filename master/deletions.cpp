#include "master/deletions.hpp"

#include "common/key/key_path.hpp"

namespace smol::master {

std::string deletions_of(std::string_view volume)
{
    std::string prefix(volume);
    prefix += '/';
    return prefix;
}

std::string deletion_entry(const doomed_blob& blob, std::string_view key)
{
    return deletions_of(blob.volume) + key::staging_name(key::blob_name(key), blob.generation);
}

result<doomed_blob> parse_deletion_entry(std::string_view entry_key)
{
    const auto slash = entry_key.find('/');
    if (slash == std::string_view::npos || slash == 0)
        return errc::format_damaged;
    const auto name = key::parse_staging_name(entry_key.substr(slash + 1));
    if (!name)
        return errc::format_damaged;
    return doomed_blob{std::string(entry_key.substr(0, slash)), name->generation};
}

void enter_deletions(change_view& into, const std::vector<doomed_blob>& blobs, std::string_view key)
{
    for (const auto& blob : blobs)
        into.put(family::deletions, deletion_entry(blob, key), key);
}

}  // namespace smol::master
