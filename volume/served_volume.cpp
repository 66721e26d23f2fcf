#include "volume/served_volume.hpp"

#include "volume/blob_paths.hpp"
#include "volume/volume_directory.hpp"

#include <fmt/format.h>

#include <utility>

namespace smol::volume {

served_volume::served_volume(std::string directory, store_options options, std::uint64_t random)
    : served_volume(directory, open_volume_directory(directory), std::move(options), random)
{}

served_volume::served_volume(
    std::string directory, io::unique_fd opened, store_options options, std::uint64_t random)
    : directory_(std::move(directory)), lock_(lock_volume_directory(opened.get(), directory_)),
      identity_(identify_volume(opened.get(), directory_, random)), local_(std::move(opened)),
      disk_(*local_), store_(disk_, identity_.name, std::move(options))
{}

served_volume::served_volume(
    std::string directory, wire::identity known, disk& on, store_options options)
    : directory_(std::move(directory)), identity_(std::move(known)), disk_(on),
      store_(disk_, identity_.name, std::move(options))
{}

std::string served_volume::cluster() const
{
    const std::lock_guard hold(mutex_);
    return identity_.cluster;
}

net::task<result<void>> served_volume::join_cluster(std::string cluster)
{
    wire::identity member{identity_.name, std::move(cluster)};
    const auto kept = co_await disk_.replace_text(identity_path, wire::print(member));
    if (!kept)
        co_return kept;
    const std::lock_guard hold(mutex_);
    identity_.cluster = std::move(member.cluster);
    co_return result<void>();
}

std::string summary(const served_volume& one)
{
    if (!one.is_joined())
        return one.name() + ": waiting for the master";
    if (!one.is_serving())
        return one.name() + ": catching up with deletions";
    return fmt::format(
        "{}: {}, {} values", one.name(), wire::name_of(one.store().health()), one.store().blobs());
}

}  // namespace smol::volume
