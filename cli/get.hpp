#pragma once

// smol get and smol cat: values from the store into a file, a tree or standard output.

#include "cli/arguments.hpp"
#include "cli/transfer.hpp"

#include <string>
#include <vector>

namespace smol::cli {

struct get_options
{
    std::string master;  // "host:port"
    std::string key;     // with `is_tree` the prefix, which is empty or ends in a slash
    std::string target;  // a file, a directory with `is_tree`; "-" is standard output
    std::uint64_t jobs = 8;
    std::size_t progress = 0;
    bool is_tree = false;
    bool wants_json = false;
};

outcome<get_options> read_get(const invocation& given);

// The tree part, with a summary at the end; every failure is named.
net::task<exit_code> get_tree(workbench& with, const get_options& options);

// One value into `path` below `directory`.
net::task<outcome<std::uint64_t>> get_file(
    workbench& with, std::string key, std::string directory, std::string path);

exit_code run_get(const invocation& given);

struct cat_options
{
    std::string master;
    std::vector<std::string> keys;
};

outcome<cat_options> read_cat(const invocation& given);
exit_code run_cat(const invocation& given);

}  // namespace smol::cli
