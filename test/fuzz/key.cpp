// Keys: decoding loses nothing, encoding has one form, and where a value lies has always the same
// shape.

#include "common/base/hex.hpp"
#include "common/key/key_path.hpp"
#include "common/key/object_key.hpp"
#include "test/fuzz/fuzz.hpp"
#include "test/fuzz/targets.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace smol::fuzz {
namespace {

bool is_lower_hex(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    });
}

void look_at_path(std::string_view key)
{
    const auto name = key::blob_name(key);
    require(name.size() == 32 && is_lower_hex(name) && key::is_blob_name(name), "<32 hex>");
    const auto path = key::blob_path(name);
    require(path.size() == 40 && path.substr(0, 2) == name.substr(0, 2) && path[2] == '/' &&
                path.substr(3, 4) == name.substr(0, 4) && path[7] == '/' && path.substr(8) == name,
        "ab/abcd/<32 hex>");
}

std::optional<std::string> decode_plainly(std::string_view path)
{
    std::string bytes;
    for (std::size_t at = 0; at < path.size(); ++at)
    {
        const auto byte = static_cast<unsigned char>(path[at]);
        if (byte <= 32 || byte >= 127 || byte == '?' || byte == '#')
            return std::nullopt;
        if (byte != '%')
        {
            bytes += path[at];
            continue;
        }
        constexpr std::string_view digits = "0123456789ABCDEFabcdef";
        const auto high = at + 2 < path.size() ? digits.find(path[at + 1]) : digits.npos;
        const auto low = at + 2 < path.size() ? digits.find(path[at + 2]) : digits.npos;
        if (high == digits.npos || low == digits.npos)
            return std::nullopt;
        bytes += static_cast<char>((high < 16 ? high : high - 6) * 16 + (low < 16 ? low : low - 6));
        at += 2;
    }
    if (!bytes.starts_with('/') || path.front() != '/' || bytes.size() < 2 ||
        bytes.size() > 1 + key::key_bytes_max || bytes.starts_with("/-/"))
        return std::nullopt;
    return bytes.substr(1);
}

void decode_path(std::string_view path)
{
    const auto found = key::decode(path);
    const auto plain = decode_plainly(path);
    require(found.has_value() == plain.has_value(), "a path is a key by the plain reading too");
    if (!found)
        return;
    require(*found == *plain, "decoded once, and nothing else");
    const auto canonical = key::encode(*found);
    require(key::decode(canonical).value() == *found, "a key comes back");
    require(key::decode_prefix(path).value() == *found, "a key is a prefix");
    look_at_path(*found);
}

void encode_key(std::string_view bytes)
{
    const auto path = key::encode(bytes);
    require(std::all_of(path.begin(),
                path.end(),
                [](char c) { return c > 32 && c < 127 && c != '?' && c != '#' && c != '"'; }),
        "an encoded key is safe in a path and in JSON");
    const auto back = key::decode(path);
    const bool is_key =
        !bytes.empty() && bytes.size() <= key::key_bytes_max && !bytes.starts_with("-/");
    require(back.has_value() == is_key, "1 to 1,024 bytes, not reserved");
    if (back)
        require(*back == bytes, "any bytes come back");
}

void read_staging_name(std::string_view name)
{
    const auto found = key::parse_staging_name(name);
    if (found)
        require(key::staging_name(found->name, found->generation) == name, "one spelling");
}

}  // namespace

void key(std::string_view input)
{
    decode_path(input);
    encode_key(input);
    read_staging_name(input);
}

}  // namespace smol::fuzz
