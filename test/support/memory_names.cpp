#include "test/support/memory_names.hpp"

#include <algorithm>
#include <utility>

namespace smol::test {

namespace {

constexpr std::size_t sector_bytes = 512;

// The old bytes or the new ones, sector by sector; where neither is, zeros.
std::string torn(
    const std::string& old_bytes, const std::string& new_bytes, const memory_names::fate& spares)
{
    std::string left(spares() ? new_bytes.size() : old_bytes.size(), '\0');
    for (std::size_t at = 0; at < left.size(); at += sector_bytes)
    {
        const auto& from = spares() ? new_bytes : old_bytes;
        const auto end = std::min({left.size(), at + sector_bytes, from.size()});
        if (at < end)
            std::copy(from.begin() + static_cast<std::ptrdiff_t>(at),
                from.begin() + static_cast<std::ptrdiff_t>(end),
                left.begin() + static_cast<std::ptrdiff_t>(at));
    }
    return left;
}

}  // namespace

std::string parent_of(const std::string& path)
{
    const auto slash = path.rfind('/');
    return slash == path.npos ? "." : path.substr(0, slash);
}

memory_names::inode memory_names::find(const std::string& path) const
{
    const auto found = files_.find(path);
    return found == files_.end() ? nullptr : found->second;
}

void memory_names::link(const std::string& path, inode of)
{
    files_[path] = of;
    pending_.push_back({kind::link, {}, path, std::move(of)});
}

void memory_names::move(const std::string& from, const std::string& to)
{
    const auto found = files_.find(from);
    auto moved = std::move(found->second);
    files_.erase(found);
    files_[to] = std::move(moved);
    pending_.push_back({kind::move, from, to, nullptr});
}

void memory_names::unlink(const std::string& path)
{
    files_.erase(path);
    pending_.push_back({kind::unlink, {}, path, nullptr});
}

void memory_names::make_directory(const std::string& path)
{
    if (directories_.insert(path).second)
        pending_.push_back({kind::make_directory, {}, path, nullptr});
}

void memory_names::touch(const change& one, std::set<std::string>& paths)
{
    paths.insert(one.path);
    if (one.is == kind::move)
        paths.insert(one.from);
    if (one.is != kind::unlink)
        paths.insert(parent_of(one.path));
}

bool memory_names::touches(const change& one, const std::set<std::string>& paths)
{
    return paths.contains(one.path) || (one.is == kind::move && paths.contains(one.from));
}

void memory_names::keep(const change& one)
{
    switch (one.is)
    {
    case kind::link:
        durable_files_[one.path] = one.of;
        break;
    case kind::move:
        durable_files_[one.path] = durable_files_[one.from];
        durable_files_.erase(one.from);
        break;
    case kind::unlink:
        durable_files_.erase(one.path);
        break;
    case kind::make_directory:
        durable_directories_.insert(one.path);
        break;
    }
}

void memory_names::flush(const std::string& directory)
{
    std::vector<bool> is_kept(pending_.size());
    std::set<std::string> needed;
    for (std::size_t i = pending_.size(); i-- > 0;)
    {
        const auto& one = pending_[i];
        const bool is_here = parent_of(one.path) == directory ||
                             (one.is == kind::move && parent_of(one.from) == directory);
        is_kept[i] = is_here || touches(one, needed);
        if (is_kept[i])
            touch(one, needed);
    }
    std::vector<change> left;
    for (std::size_t i = 0; i < pending_.size(); ++i)
    {
        if (is_kept[i])
            keep(pending_[i]);
        else
            left.push_back(std::move(pending_[i]));
    }
    pending_ = std::move(left);
}

void memory_names::flush_all()
{
    for (const auto& one : std::exchange(pending_, {}))
        keep(one);
}

void memory_names::lose_power(const fate& spares)
{
    std::set<std::string> lost;
    for (const auto& one : pending_)
    {
        const bool is_grounded = !touches(one, lost) && !lost.contains(parent_of(one.path));
        if (is_grounded && spares())
        {
            keep(one);
            continue;
        }
        lost.insert(one.path);
        if (one.is == kind::move)
            lost.insert(one.from);
    }
    pending_.clear();
    files_ = durable_files_;
    directories_ = durable_directories_;
    for (auto& [path, of] : files_)
    {
        auto left = std::make_shared<memory_inode>(*of);
        test::lose_power(*left, spares);
        of = std::move(left);
    }
    durable_files_ = files_;
}

void lose_power(memory_inode& of, const memory_names::fate& spares)
{
    auto left = of.durable;
    if (!of.is_lost)
    {
        if (of.now.bytes != of.durable.bytes)
            left.bytes = torn(of.durable.bytes, of.now.bytes, spares);
        for (const auto& [name, value] : of.now.attributes)
            if (of.durable.attributes[name] != value && spares())
                left.attributes[name] = value;
    }
    of.now = left;
    of.durable = std::move(left);
    of.is_lost = false;
}

}  // namespace smol::test
