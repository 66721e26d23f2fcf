#include "master/index_reserve.hpp"

#include "common/base/log.hpp"
#include "common/io/file.hpp"

#include <fcntl.h>

#include <algorithm>
#include <utility>

namespace smol::master {

namespace {

const std::string reserve_path = "smol.reserve";  // below the index's directory
constexpr std::uint64_t reserve_bytes = 16 * MiB;
constexpr std::uint64_t needed_bytes = 8 * MiB;  // to open the index, and for a while of deletions

std::uint64_t low_water(const io::space& of)
{
    return std::clamp<std::uint64_t>(of.capacity_bytes / 100, 32 * MiB, 1 * GiB);
}

void give_back(int directory)
{
    if (const auto gone = io::unlink_at(directory, reserve_path); gone)
        log::error("index_disk_full", {{"reserve", "given back"}});
}

void make(int directory)
{
    const auto made = io::create_file_at(directory, reserve_path);
    if (!made)
        return;  // most often: it is there
    if (::fallocate(made->get(), 0, 0, static_cast<off_t>(reserve_bytes)) == 0)
        return;
    const auto unlinked = io::unlink_at(directory, reserve_path);
    if (!unlinked)
        log::warning("index_reserve", {{"unlink", unlinked.error().message()}});
}

}  // namespace

index_reserve::index_reserve(const std::string& directory)
{
    auto opened = io::open_directory(directory);
    if (opened)
        directory_ = std::move(*opened);
}

bool index_reserve::has_room() const
{
    const auto found = io::space_of(directory_.get());
    return !found || found->free_bytes >= low_water(*found);
}

bool index_reserve::has_room_to_open() const
{
    const auto found = io::space_of(directory_.get());
    return !found || found->free_bytes >= index_bytes_to_open;
}

void index_reserve::keep() const
{
    const auto found = io::space_of(directory_.get());
    if (!found)
        return;
    if (found->free_bytes < needed_bytes)
        give_back(directory_.get());
    else if (found->free_bytes >= low_water(*found) + reserve_bytes)
        make(directory_.get());
}

}  // namespace smol::master
