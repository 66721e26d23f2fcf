#pragma once

// The least that moving a value between a file and a socket can cost: one thread, one connection,
// no HTTP, no event loop. The other end runs in a thread of its own, whose CPU time does not count.

#include "common/base/result.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace smol::limits {

enum class loop
{
    sendfile,     // file -> socket
    splice,       // socket -> pipe -> file
    splice_xxh3,  // the same, then each range read back and digested
    copy,         // recv, pwrite
    copy_xxh3,    // recv, digest, pwrite
};

struct transfer_plan
{
    loop what = loop::sendfile;
    std::string directory;  // where the file is made and removed
    std::uint64_t bytes = 0;
    std::uint64_t chunk_bytes = 1024 * 1024;
    std::uint64_t count = 1;
    // Core of the other end; -1: wherever the system puts it. This end stays where the process may
    // run (taskset).
    int peer_core = -1;
};

struct transfer_cost
{
    std::chrono::nanoseconds cpu{0};   // of the thread that has the file
    std::chrono::nanoseconds wall{0};  // of the transfers
    std::uint64_t bytes = 0;
};

// Each received value is a new file. Errors of the system calls.
result<transfer_cost> run_transfers(const transfer_plan& plan);

}  // namespace smol::limits
