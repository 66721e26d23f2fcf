#include "common/key/key_path.hpp"

#include "common/base/digest.hpp"
#include "common/base/hex.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <charconv>

namespace smol::key {
namespace {

constexpr std::size_t name_digits = 32;
constexpr std::size_t generation_digits = 16;

bool are_digits(std::string_view text) noexcept
{
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    });
}

}  // namespace

std::string blob_name(std::string_view key)
{
    return to_hex(md5_of(key));
}

bool is_blob_name(std::string_view name) noexcept
{
    return name.size() == name_digits && are_digits(name);
}

std::string blob_path(std::string_view name)
{
    assert(is_blob_name(name));
    return fmt::format("{}/{}/{}", name.substr(0, 2), name.substr(0, 4), name);
}

std::string staging_name(std::string_view name, std::uint64_t generation)
{
    return fmt::format("{}.{:016x}", name, generation);
}

result<staged_name> parse_staging_name(std::string_view file_name)
{
    const auto name = file_name.substr(0, name_digits);
    if (file_name.size() != name_digits + 1 + generation_digits || !is_blob_name(name) ||
        file_name[name_digits] != '.')
        return errc::format_damaged;
    const auto digits = file_name.substr(name_digits + 1);
    if (!are_digits(digits))
        return errc::format_damaged;
    std::uint64_t generation = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), generation, 16);
    return staged_name{std::string(name), generation};
}

}  // namespace smol::key
