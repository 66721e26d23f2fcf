#pragma once

// A blob file together with what it says about itself. Part of blob_store.

#include "common/wire/description.hpp"
#include "volume/blob_store.hpp"
#include "volume/disk.hpp"

#include <cerrno>

namespace smol::volume {

struct blob_store::described
{
    opened_file opened;
    wire::description about;

    blob_identity identity() const { return {opened.facts.inode, about.generation, about.size}; }
    shared_blob share(blob_store& in) &&;
};

// What a file says about itself. blob_damaged: no attributes, unreadable ones, or another size than
// they say. format_newer.
inline result<wire::description> about_of(const opened_file& one)
{
    auto about = wire::parse_description(one.key, one.description);
    if (!about && about.error() == errc::format_newer)
        return about.error();
    if (!about || one.key.empty() || about->size != one.facts.size)
        return errc::blob_damaged;
    return about;
}

// The disk would not say what is there: neither that it is absent nor that it is damaged. Nothing
// may be concluded, least of all that there is nothing to do.
inline bool is_unreadable(const error_code& why) noexcept
{
    return why.category() != smol_category() && !io::is_absent(why);
}

inline bool is_out_of_files(const error_code& why) noexcept
{
    return why == boost::system::errc::too_many_files_open ||
           why == boost::system::errc::too_many_files_open_in_system;
}

// No bytes, no inodes, or no quota left.
inline bool is_full(const error_code& why) noexcept
{
    return why == boost::system::errc::no_space_on_device ||
           (why.category() == boost::system::system_category() && why.value() == EDQUOT);
}

}  // namespace smol::volume
