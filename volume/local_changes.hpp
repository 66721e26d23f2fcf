#pragma once

// What disk::make and disk::move do on a real file system, as plain calls that may block. Part of
// local_disk.

#include "common/io/file.hpp"
#include "volume/disk.hpp"

#include <optional>
#include <string>
#include <vector>

namespace smol::volume {

struct raw_made
{
    std::optional<opened_file> present;
    io::unique_fd content;
    io::file_facts facts;
};

result<io::unique_fd> create_with(
    int directory, const std::string& path, const std::vector<attribute>& attributes);
result<raw_made> make_file(int directory, const new_file& what);
result<moved_file> move_file(int directory, const std::string& from, const std::string& to);

}  // namespace smol::volume
