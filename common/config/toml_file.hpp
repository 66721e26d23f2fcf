#pragma once

// The flat part of TOML that settings need: name = "text", number, or true/false at the top level.

#include <string>
#include <vector>

namespace smol::config {

struct file_value
{
    std::string name;
    std::string value;  // numbers and booleans as they would be written for a flag
    std::size_t line = 0;
};

struct file_values
{
    std::vector<file_value> values;  // in the order of their lines
    std::string failure;             // a sentence with file and line; empty: none
};

// Blocks on the disk.
file_values read_toml_file(const std::string& path);

}  // namespace smol::config
