#include "common/key/object_key.hpp"

#include "common/base/hex.hpp"

#include <algorithm>

namespace smol::key {
namespace {

// What may stand in the path of a request target as it is; the query and the fragment are not of
// it.
bool is_path_byte(char c) noexcept
{
    return c > ' ' && c < '\x7f' && c != '?' && c != '#';
}

result<void> decode_into(std::string& bytes, std::string_view path)
{
    bytes.clear();
    if (!path.starts_with('/') || !std::all_of(path.begin(), path.end(), is_path_byte))
        return errc::key_malformed;
    if (const auto decoded = append_percent_decoded(bytes, path.substr(1)); !decoded)
        return decoded;
    if (bytes.size() > key_bytes_max)
        return errc::key_too_long;
    if (bytes.starts_with(reserved_prefix))
        return errc::key_reserved;
    return {};
}

}  // namespace

result<std::string> decode(std::string_view path)
{
    std::string bytes;
    if (const auto decoded = decode(path, bytes); !decoded)
        return decoded.error();
    return bytes;
}

result<void> decode(std::string_view path, std::string& bytes)
{
    const auto decoded = decode_into(bytes, path);
    if (decoded && bytes.empty())
        return errc::key_empty;
    return decoded;
}

result<std::string> decode_prefix(std::string_view path)
{
    std::string bytes;
    if (const auto decoded = decode_into(bytes, path); !decoded)
        return decoded.error();
    return bytes;
}

std::string encode(std::string_view bytes)
{
    std::string path;
    append_encoded(path, bytes);
    return path;
}

void append_encoded(std::string& to, std::string_view bytes)
{
    to += '/';
    append_percent_encoded(to, bytes, "/");
}

}  // namespace smol::key
