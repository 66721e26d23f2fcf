#pragma once

// A blob that was found and verified, as a GET needs it. Any number of GETs share one, on any loop.

#include "common/wire/description.hpp"
#include "volume/disk.hpp"

#include <memory>
#include <string>

namespace smol::volume {

struct found_blob
{
    std::unique_ptr<file> content;  // null if `bytes` is all of it
    wire::description about;
    std::string bytes;   // all of it, or nothing
    std::string fields;  // of a response that gives all of it, as they are sent
    std::uint64_t inode = 0;
};

using shared_blob = std::shared_ptr<const found_blob>;

}  // namespace smol::volume
