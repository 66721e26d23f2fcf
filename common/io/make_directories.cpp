#include "common/io/make_directories.hpp"

#include "common/io/file.hpp"
#include "common/io/last_error.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <filesystem>

namespace smol::io {

namespace {

result<void> flush_directory(const std::string& path)
{
    const auto opened = open_directory(path);
    if (!opened)
        return opened.error();
    return flush_all(opened->get());
}

enum class made
{
    now,
    before,
};

result<made> make_one(const std::string& path, unsigned mode)
{
    if (::mkdir(path.c_str(), mode) == 0)
        return made::now;
    if (errno == EEXIST)
        return made::before;
    return last_error();
}

}  // namespace

result<void> make_directories(const std::string& path, unsigned mode)
{
    std::filesystem::path reached;
    for (const auto& part : std::filesystem::path(path))
    {
        const std::string parent = reached.empty() ? "." : reached.string();
        reached /= part;
        const auto one = make_one(reached.string(), mode);
        if (!one)
            return one.error();
        if (*one == made::before)
            continue;
        if (const auto flushed = flush_directory(parent); !flushed)
            return flushed;
    }
    return {};
}

}  // namespace smol::io
