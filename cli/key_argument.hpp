#pragma once

// Keys as people type and read them. On the command line a key is its bytes, not percent-encoded,
// and one leading slash may be written or left out: "photos/1.jpg" and "/photos/1.jpg" are one key.
// Pure.

#include "cli/failure.hpp"

#include <string>
#include <string_view>

namespace smol::cli {

// usage: empty, too long or reserved.
outcome<std::string> parse_key(std::string_view argument);

// For listing and trees: may be empty.
outcome<std::string> parse_prefix(std::string_view argument);

// A prefix for trees: ends in a slash unless empty, so that "site" means what lies below "site/".
outcome<std::string> parse_tree_prefix(std::string_view argument);

// As `parse_key` reads it: a slash and the bytes; control bytes as "?", for people.
std::string shown(std::string_view key);

// The last component of a key: what a file made from it is called. Empty if it cannot name a file.
std::string file_name_of(std::string_view key);

// True if `path` is relative, below its directory, and can be a path of files: no empty component,
// no
// "." or "..", no NUL, no component over 255 bytes.
bool is_safe_path(std::string_view path) noexcept;

}  // namespace smol::cli
