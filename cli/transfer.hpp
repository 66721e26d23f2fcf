#pragma once

// One value to the store or from it, with its digest checked at the far end.

#include "cli/failure.hpp"
#include "cli/front_door.hpp"
#include "cli/progress.hpp"
#include "cli/value_sink.hpp"
#include "common/net/clock.hpp"
#include "common/net/offload.hpp"

#include <cstdint>
#include <string>

namespace smol::cli {

// What a transfer works with. Everything outlives the transfer.
struct workbench
{
    front_door& door;
    net::pool& disk;  // for everything that may block
    net::clock& time;
    progress_meter& meter;
};

// Headers of a PUT.
struct put_headers
{
    http::fields conditions;  // for the master
    http::fields kept;        // Content-Type and Smol-Meta-*, for the volume
};

struct stored_value
{
    std::string etag;
    std::uint64_t bytes = 0;
    bool was_created = true;  // else it replaced another
};

// Sends the file at `path`, which must not change meanwhile: mismatch if it does. An address that
// nobody answers at is tried again, with the volume that the master names then.
net::task<outcome<stored_value>> put_file(
    workbench& with, std::string key, std::string path, put_headers headers);

// Sends what `descriptor` gives until its end, chunked. Borrows the descriptor.
net::task<outcome<stored_value>> put_stream(
    workbench& with, std::string key, int descriptor, put_headers headers);

// Reads the value into `into`, going on from its position, over other replicas and again after a
// break, and compares the digest at the end. A sink that cannot begin again gives `temporary` if
// the value is overwritten meanwhile. The bytes of the value.
net::task<outcome<std::uint64_t>> get_value(workbench& with, std::string key, value_sink& into);

// True if the file holds what the store has for the key. Reads the file.
net::task<bool> is_same(workbench& with, std::string key, std::string path);

}  // namespace smol::cli
