#pragma once

// A blob file of a real file system, opened with plain calls that may block. Part of local_disk.

#include "common/io/file.hpp"
#include "volume/disk.hpp"

#include <cstddef>
#include <string>

namespace smol::volume {

struct raw_blob
{
    io::unique_fd content;
    io::file_facts facts;
    std::string key;
    std::string description;
    std::string bytes;
};

// What disk::open does.
result<raw_blob> open_blob(int directory, const std::string& path, std::size_t bytes_max);

// Without its content, which is closed.
opened_file described_only(raw_blob raw);

}  // namespace smol::volume
