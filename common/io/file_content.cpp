#include "common/io/file.hpp"
#include "common/io/last_error.hpp"
#include "common/io/transfer.hpp"

#include <sys/xattr.h>

#include <cerrno>

namespace smol::io {

namespace {

constexpr std::size_t attribute_bytes_likely = 4096;   // what one ext4 attribute block can hold
constexpr std::size_t attribute_bytes_max = 64 * KiB;  // the most any Linux attribute has

result<std::string> read_whole(int file, std::size_t bytes_max)
{
    const auto facts = facts_of(file);
    if (!facts)
        return facts.error();
    if (facts->size > bytes_max)
        return error_code(EFBIG, boost::system::system_category());
    std::string content(static_cast<std::size_t>(facts->size), '\0');
    const auto got = read_at(file, std::as_writable_bytes(std::span(content)), 0);
    if (!got)
        return got.error();
    content.resize(*got);
    return content;
}

result<void> write_new_file(int directory, const std::string& name, std::string_view content)
{
    const auto file = create_file_at(directory, name);
    if (!file)
        return file.error();
    if (auto written = write_all_at(file->get(), as_bytes(content), 0); !written)
        return written.error();
    return flush_all(file->get());
}

}  // namespace

result<void> set_attribute(int file, const char* name, std::string_view value)
{
    if (::fsetxattr(file, name, value.data(), value.size(), 0) != 0)
        return last_error();
    return {};
}

result<std::string> get_attribute(int file, const char* name)
{
    std::string value(attribute_bytes_likely, '\0');
    for (;;)
    {
        const auto size = ::fgetxattr(file, name, value.data(), value.size());
        if (size >= 0)
        {
            value.resize(static_cast<std::size_t>(size));
            return value;
        }
        if (errno != ERANGE || value.size() >= attribute_bytes_max)
            return last_error();
        value.resize(attribute_bytes_max);
    }
}

result<std::string> read_file_at(int directory, const std::string& path, std::size_t bytes_max)
{
    const auto file = open_file_at(directory, path);
    if (!file)
        return file.error();
    return read_whole(file->get(), bytes_max);
}

result<void> replace_file_at(int directory, const std::string& path, std::string_view content)
{
    const auto slash = path.rfind('/');
    const bool is_here = slash == std::string::npos;
    const auto name = is_here ? path : path.substr(slash + 1);
    const auto parent = open_directory_at(directory, is_here ? "." : path.substr(0, slash));
    if (!parent)
        return parent.error();
    const int home = parent->get();
    const auto fresh = name + ".new";
    if (auto stale = unlink_at(home, fresh); !stale && !is_absent(stale.error()))
        return stale.error();
    if (auto written = write_new_file(home, fresh, content); !written)
        return written.error();
    if (auto renamed = rename_at(home, fresh, name); !renamed)
        return renamed.error();
    return flush_all(home);
}

}  // namespace smol::io
