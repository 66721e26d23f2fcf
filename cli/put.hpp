#pragma once

// smol put: a file, standard input or a tree into the store.

#include "cli/arguments.hpp"
#include "cli/transfer.hpp"

#include <string>

namespace smol::cli {

struct put_options
{
    std::string master;  // "host:port"
    std::string source;  // a path; "-" is standard input
    std::string key;     // with `is_tree` the prefix, which is empty or ends in a slash
    put_headers headers;
    std::uint64_t jobs = 8;
    std::size_t progress = 0;
    bool is_tree = false;
    bool wants_json = false;
};

outcome<put_options> read_put(const invocation& given);

// The tree part, with a summary at the end; every failure is named.
net::task<exit_code> put_tree(workbench& with, const put_options& options);

exit_code run_put(const invocation& given);

}  // namespace smol::cli
