#pragma once

// How a blob describes itself, in two extended attributes of its file:
//
//   user.smol.key    the key's bytes
//   user.smol.blob   v1 gen=… size=7 xxh3=… md5=… type=text/plain meta-colour=dark%20blue
//
// Both fit one ext4 attribute block with the largest key and headers. Pure.

#include "common/base/digest.hpp"
#include "common/base/result.hpp"
#include "common/http/stored_headers.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smol::wire {

inline constexpr const char* key_attribute = "user.smol.key";
inline constexpr const char* blob_attribute = "user.smol.blob";

struct description
{
    std::string key;
    std::uint64_t generation = 0;
    std::uint64_t size = 0;
    xxh3_digest xxh3{};
    std::optional<md5_digest> md5;
    http::stored_headers headers;

    friend bool operator==(const description&, const description&) = default;
};

// The text of user.smol.blob; the key has an attribute of its own.
std::string print(const description& of);

// format_newer, format_damaged.
result<description> parse_description(std::string_view key, std::string_view text);

}  // namespace smol::wire
