#pragma once

// Room for the index on its disk. A full disk must not end the master for good: RocksDB needs some
// room even to open, and a deletion needs some to be written. So values are refused while there is
// still room for everything else, and a file beside the index's own keeps some blocks, which are
// given back when somebody else has taken all others. Thread-safe.

#include "common/base/bytes.hpp"
#include "common/io/unique_fd.hpp"

#include <cstdint>
#include <string>

namespace smol::master {

// It writes some files anew when it opens, and ends by an assertion where it cannot.
inline constexpr std::uint64_t index_bytes_to_open = 2 * MiB;

class index_reserve
{
public:
    // Where `directory` cannot be opened there is always room, and nothing is kept.
    explicit index_reserve(const std::string& directory);

    // False once less is free than the low-water mark: 1 % of the file system, at least 32 MiB, at
    // most 1 GiB. No new values then. Waits for no disk: a file system has these numbers in memory.
    bool has_room() const;

    // False if RocksDB had better not try: less than index_bytes_to_open is free. The same, after
    // keep().
    bool has_room_to_open() const;

    // Gives the reserve (16 MiB) back when next to nothing is free, and makes it anew when there is
    // room. May wait for the disk. Before the index is opened, and every second or so.
    void keep() const;

private:
    io::unique_fd directory_;
};

}  // namespace smol::master
