#pragma once

// One directory on one disk, with an identity of its own, as this process serves it.

#include "common/io/unique_fd.hpp"
#include "common/wire/identity.hpp"
#include "volume/blob_store.hpp"
#include "volume/local_disk.hpp"

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

namespace smol::volume {

// Thread-safe. Outlives the loops' coroutines.
class served_volume
{
public:
    // Makes the directory and its volume.json on first start, and locks it against a second server.
    // Throws std::runtime_error with a sentence for the operator.
    served_volume(std::string directory, store_options options, std::uint64_t random);
    // On a disk that was opened, locked and identified elsewhere, and outlives it.
    served_volume(std::string directory, wire::identity known, disk& on, store_options options);

    const std::string& directory() const noexcept { return directory_; }
    const std::string& name() const noexcept { return identity_.name; }
    blob_store& store() noexcept { return store_; }
    const blob_store& store() const noexcept { return store_; }

    std::string cluster() const;
    // It is a member from now on, for ever.
    net::task<result<void>> join_cluster(std::string cluster);

    // The deletions that waited for it are delivered.
    bool is_serving() const noexcept { return is_serving_.load(); }
    void serve(bool is_up_to_date) noexcept { is_serving_.store(is_up_to_date); }
    // The heartbeat stream is up.
    bool is_joined() const noexcept { return is_joined_.load(); }
    void joined(bool is_up) noexcept { is_joined_.store(is_up); }

private:
    served_volume(
        std::string directory, io::unique_fd opened, store_options options, std::uint64_t random);

    std::string directory_;
    io::unique_fd lock_;
    mutable std::mutex mutex_;  // of identity_.cluster
    wire::identity identity_;
    std::optional<local_disk> local_;
    disk& disk_;
    blob_store store_;
    std::atomic<bool> is_serving_{false};
    std::atomic<bool> is_joined_{false};
};

// "vol-1a2b3c4d: good, 12 values", for the operator.
std::string summary(const served_volume& one);

}  // namespace smol::volume
