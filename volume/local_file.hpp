#pragma once

// A file of local_disk.

#include "common/io/unique_fd.hpp"
#include "common/net/offload.hpp"
#include "volume/disk.hpp"

#include <memory>

namespace smol::volume {

// Its calls run on `on`, which must outlive it.
std::unique_ptr<file> make_local_file(io::unique_fd opened, net::pool& on);

}  // namespace smol::volume
