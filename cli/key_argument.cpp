#include "cli/key_argument.hpp"

#include "common/key/object_key.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smol::cli {

namespace {

std::string_view without_slash(std::string_view argument)
{
    if (argument.starts_with('/'))
        argument.remove_prefix(1);
    return argument;
}

failure bad_key(std::string_view argument, std::string_view why)
{
    return {exit_code::usage, fmt::format("'{}' {}", shown(without_slash(argument)), why)};
}

bool is_safe_component(std::string_view name) noexcept
{
    constexpr std::size_t name_bytes_max = 255;  // NAME_MAX
    return !name.empty() && name.size() <= name_bytes_max && name != "." && name != ".." &&
           name.find('\0') == std::string_view::npos;
}

}  // namespace

outcome<std::string> parse_key(std::string_view argument)
{
    auto bytes = parse_prefix(argument);
    if (!bytes)
        return bytes;
    if (bytes->empty())
        return bad_key(argument, "names no key: a key has at least one byte");
    return bytes;
}

outcome<std::string> parse_prefix(std::string_view argument)
{
    const auto bytes = without_slash(argument);
    if (bytes.size() > key::key_bytes_max)
        return bad_key(argument,
            fmt::format("is too long for a key: {} bytes, at most {} are allowed",
                bytes.size(),
                key::key_bytes_max));
    if (bytes.starts_with(key::reserved_prefix))
        return bad_key(argument, "is reserved: keys cannot begin with '-/'");
    return std::string(bytes);
}

outcome<std::string> parse_tree_prefix(std::string_view argument)
{
    auto bytes = parse_prefix(argument);
    if (bytes && !bytes->empty() && !bytes->ends_with('/'))
        *bytes += '/';
    return bytes;
}

std::string shown(std::string_view key)
{
    std::string text = "/";
    text += key;
    const auto is_control = [](char byte) {
        return static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f;
    };
    std::replace_if(text.begin(), text.end(), is_control, '?');
    return text;
}

std::string file_name_of(std::string_view key)
{
    const auto slash = key.rfind('/');
    const auto name = slash == std::string_view::npos ? key : key.substr(slash + 1);
    return is_safe_component(name) ? std::string(name) : std::string();
}

bool is_safe_path(std::string_view path) noexcept
{
    for (;;)
    {
        const auto slash = path.find('/');
        if (!is_safe_component(path.substr(0, slash)))
            return false;
        if (slash == std::string_view::npos)
            return true;
        path.remove_prefix(slash + 1);
    }
}

}  // namespace smol::cli
