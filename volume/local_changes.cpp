#include "volume/local_changes.hpp"

#include "common/base/failpoint.hpp"
#include "common/io/transfer.hpp"
#include "volume/local_blob.hpp"

#include <utility>

namespace smol::volume {

namespace {

struct path_parts
{
    std::string directory;
    std::string name;
};

path_parts split(const std::string& path)
{
    const auto slash = path.rfind('/');
    return {path.substr(0, slash), path.substr(slash + 1)};
}

// The bytes and the last attribute of a small value.
result<void> fill(int file, const new_file& what)
{
    const auto written = io::write_all_at(file, as_bytes(*what.bytes), 0);
    if (!written)
        return written;
    failpoint(what.steps->piece);
    const auto described = io::set_attribute(file, what.description->name, what.description->value);
    if (described)
        failpoint(what.steps->attributes);
    return described;
}

// A directory two below `directory`, made if it is not there, with the one between.
result<io::unique_fd> open_or_make(int directory, const std::string& path)
{
    auto there = io::open_path_at(directory, path);
    if (there || !io::is_absent(there.error()))
        return there;
    auto made = io::make_directory_at(directory, path);
    if (!made && io::is_absent(made.error()))
    {
        made = io::make_directory_at(directory, split(path).directory);
        if (made)
            made = io::make_directory_at(directory, path);
    }
    if (!made)
        return made.error();
    return io::open_path_at(directory, path);
}

}  // namespace

result<io::unique_fd> create_with(
    int directory, const std::string& path, const std::vector<attribute>& attributes)
{
    auto created = io::create_file_at(directory, path);
    if (!created)
        return created;
    for (const auto& one : attributes)
    {
        const auto set = io::set_attribute(created->get(), one.name, one.value);
        if (!set)
            return set.error();
    }
    return created;
}

result<raw_made> make_file(int directory, const new_file& what)
{
    raw_made made;
    if (!what.unless.empty())
    {
        auto present = open_blob(directory, what.unless, 0);
        if (present)
        {
            made.present = described_only(std::move(*present));
            return made;
        }
    }
    auto created = create_with(directory, what.path, what.marks);
    if (!created)
        return created.error();
    failpoint(what.steps->created);
    made.content = std::move(*created);
    if (!what.bytes)
        return made;
    const auto filled = fill(made.content.get(), what);
    if (!filled)
        return filled.error();
    const auto facts = io::facts_of(made.content.get());
    if (!facts)
        return facts.error();
    made.facts = *facts;
    return made;
}

result<moved_file> move_file(int directory, const std::string& from, const std::string& to)
{
    const auto source = split(from);
    const auto target = split(to);
    const auto home = open_or_make(directory, target.directory);
    if (!home)
        return home.error();
    moved_file moved;
    auto present = open_blob(home->get(), target.name, 0);
    if (present)
    {
        moved.present = described_only(std::move(*present));
        return moved;
    }
    if (!io::is_absent(present.error()))
    {
        moved.present = present.error();
        return moved;
    }
    const auto staging = io::open_path_at(directory, source.directory);
    if (!staging)
        return staging.error();
    const auto renamed = io::rename_into(staging->get(), source.name, home->get(), target.name);
    if (!renamed)
        return renamed.error();
    moved.is_done = true;
    return moved;
}

}  // namespace smol::volume
