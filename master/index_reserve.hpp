#pragma once

// Room for the index on its disk. A full disk must not end the master for good: RocksDB needs some
// room even to open, and a deletion needs some to be written. So values are refused while there is
// still room for everything else, and a file beside the index's own keeps some blocks, which are
// given back when somebody else has taken all others. Blocking calls, short; any thread.

#include <string>

namespace smol::master {

// Gives the reserve (16 MiB) back when next to nothing is free, and makes it anew when there is
// room. Before the index is opened, and every second or so. False once less is free than the
// low-water mark, 1 % of the file system, at least 32 MiB, at most 1 GiB: no new values then. True
// also where the file system cannot be asked.
bool keep_index_reserve(const std::string& directory);

}  // namespace smol::master
