#pragma once

// Records in the index, read and written by those who act on them. Runs against the seams only.

#include "common/net/task.hpp"
#include "common/wire/record.hpp"
#include "master/index.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace smol::master {

// From memory if it is there, else from the disk without blocking the loop.
// index_failed, format_newer, format_damaged.
net::task<result<std::optional<wire::record>>> read_record(index& entries, std::string key);
// The line of a record, and what it says; the view is good as long as the line.
net::task<result<std::optional<std::string>>> read_line(index& entries, std::string key);
result<wire::record_view> view_record(std::string_view key, std::string_view line);

// Within a change.
result<std::optional<wire::record>> read_record(change_view& view, std::string_view key);
void write_record(change_view& view, std::string_view key, const wire::record& record);

}  // namespace smol::master
