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
};

inline bool is_absent(const error_code& why) noexcept
{
    return why == boost::system::errc::no_such_file_or_directory;
}

// No bytes, no inodes, or no quota left.
inline bool is_full(const error_code& why) noexcept
{
    return why == boost::system::errc::no_space_on_device ||
           (why.category() == boost::system::system_category() && why.value() == EDQUOT);
}

}  // namespace smol::volume
