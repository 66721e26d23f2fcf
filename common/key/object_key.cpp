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

}  // namespace

result<std::string> decode(std::string_view path)
{
    auto bytes = decode_prefix(path);
    if (bytes && bytes->empty())
        return errc::key_empty;
    return bytes;
}

result<std::string> decode_prefix(std::string_view path)
{
    if (!path.starts_with('/') || !std::all_of(path.begin(), path.end(), is_path_byte))
        return errc::key_malformed;
    auto bytes = percent_decode(path.substr(1));
    if (!bytes)
        return bytes;
    if (bytes->size() > key_bytes_max)
        return errc::key_too_long;
    if (bytes->starts_with(reserved_prefix))
        return errc::key_reserved;
    return bytes;
}

std::string encode(std::string_view bytes)
{
    return "/" + percent_encode(bytes, "/");
}

}  // namespace smol::key
