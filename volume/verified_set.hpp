#pragma once

// Blobs whose bytes were read and found to fit their digest since the process began, or that it
// wrote itself. Bounded: the least recently used is forgotten, and will be read again. Thread-safe.

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <tuple>

namespace smol::volume {

struct blob_identity
{
    std::uint64_t inode = 0;
    std::uint64_t generation = 0;
    std::uint64_t size = 0;

    friend auto operator<=>(const blob_identity&, const blob_identity&) = default;
};

class verified_set
{
public:
    explicit verified_set(std::size_t entries_max) : entries_max_(entries_max) {}

    bool contains(const blob_identity& blob);
    void add(const blob_identity& blob);
    void remove(const blob_identity& blob);

private:
    std::size_t entries_max_;
    std::mutex mutex_;
    std::list<blob_identity> by_use_;  // the latest first
    std::map<blob_identity, std::list<blob_identity>::iterator> places_;
};

}  // namespace smol::volume
