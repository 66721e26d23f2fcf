#include "volume/volume_directory.hpp"

#include "common/base/log.hpp"
#include "common/io/file.hpp"
#include "common/io/make_directories.hpp"
#include "volume/blob_paths.hpp"

#include <fmt/format.h>

#include <sys/file.h>

#include <cerrno>
#include <stdexcept>

namespace smol::volume {

namespace {

constexpr std::size_t identity_bytes_max = 4096;

[[noreturn]] void refuse(const std::string& path, std::string_view what, const error_code& why)
{
    throw std::runtime_error(fmt::format("{}: {}: {}", path, what, why.message()));
}

bool lock_now(int file) noexcept
{
    return ::flock(file, LOCK_EX | LOCK_NB) == 0;
}

wire::identity make_identity(int directory, const std::string& path, std::uint64_t random)
{
    const wire::identity made{fmt::format("vol-{:08x}", random & 0xffff'ffff), ""};
    const auto kept = io::replace_file_at(directory, identity_path, wire::print(made));
    if (!kept)
        refuse(path, "cannot write .smol/volume.json", kept.error());
    log::info("volume_made", {{"volume", made.name}, {"directory", path}});
    return made;
}

}  // namespace

io::unique_fd open_volume_directory(const std::string& path)
{
    constexpr unsigned readable_by_all = 0755;
    if (const auto there = io::make_directories(path, readable_by_all); !there)
        refuse(path, "cannot make the directory", there.error());
    auto opened = io::open_directory(path);
    if (!opened)
        refuse(path, "cannot open the directory", opened.error());
    const auto made = io::make_directory_at(opened->get(), program_directory);
    if (!made)
        refuse(path, "cannot make .smol", made.error());
    return std::move(*opened);
}

io::unique_fd lock_volume_directory(int directory, const std::string& path)
{
    auto file = io::create_file_at(directory, lock_path);
    if (!file && file.error() == boost::system::errc::file_exists)
        file = io::open_file_at(directory, lock_path);
    if (!file && file.error() == boost::system::errc::no_space_on_device)
        file = io::open_directory_at(directory, program_directory);  // locks as well
    if (!file)
        refuse(path, "cannot open .smol/lock", file.error());
    if (!lock_now(file->get()))
    {
        throw std::runtime_error(fmt::format(
            "{}: another server has this directory; stop it, or name another one", path));
    }
    return std::move(*file);
}

wire::identity identify_volume(int directory, const std::string& path, std::uint64_t random)
{
    const auto text = io::read_file_at(directory, identity_path, identity_bytes_max);
    if (!text && io::is_absent(text.error()))
        return make_identity(directory, path, random);
    if (!text)
        refuse(path, "cannot read .smol/volume.json", text.error());
    auto found = wire::parse_identity(*text);
    if (!found)
        refuse(path, ".smol/volume.json", found.error());
    return std::move(*found);
}

}  // namespace smol::volume
