#pragma once

// A file of the local disk. Part of local_disk.

#include "common/io/unique_fd.hpp"
#include "common/net/offload.hpp"
#include "volume/disk.hpp"
#include "volume/group_flush.hpp"

#include <cstdint>
#include <memory>

namespace smol::volume {

// `on` runs its calls and outlives it.
std::unique_ptr<file> make_local_file(io::unique_fd opened, net::pool& on);
// One that was made, with so many bytes in it. `books` outlives it.
std::unique_ptr<file> make_local_file(
    io::unique_fd opened, net::pool& on, group_flush& books, std::uint64_t bytes);

// All files are of this kind, and made.
flush_work work_of(const flush_batch& all);
void count_flushed(const flush_batch& all);

}  // namespace smol::volume
