#pragma once

// A blob that was found and verified, as a GET needs it. Any number of GETs share one, on any loop,
// until its bytes are sent.

#include "common/wire/description.hpp"
#include "volume/disk.hpp"

#include <memory>
#include <string>

namespace smol::volume {

class blob_store;

struct found_blob final : net::file_owner
{
    // The store forgets a blob whose file cannot be sent.
    void sending_failed(const error_code& why) const override;

    blob_store* store = nullptr;    // that found it; outlives it
    std::unique_ptr<file> content;  // null if `bytes` is all of it
    wire::description about;
    std::string bytes;   // all of it, or nothing
    std::string fields;  // of a response that gives all of it, as they are sent
    std::uint64_t inode = 0;
};

using shared_blob = std::shared_ptr<const found_blob>;

}  // namespace smol::volume
