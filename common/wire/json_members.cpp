#include "common/wire/json_members.hpp"

#include "common/base/hex.hpp"
#include "common/wire/record.hpp"

#include <boost/json.hpp>

#include <cstring>
#include <utility>

namespace smol::wire {

std::string printed_key(std::string_view key)
{
    return percent_encode(key, "/");
}

members::members(const json::value& value) : object_(value.if_object())
{}

const json::value* members::member(std::string_view name) const
{
    return object_ != nullptr ? object_->if_contains(name) : nullptr;
}

std::string members::text(std::string_view name)
{
    const auto* const found = member(name);
    const auto* const string = found ? found->if_string() : nullptr;
    require(string);
    return string ? std::string(string->data(), string->size()) : std::string();
}

std::uint64_t members::number(std::string_view name, std::uint64_t most)
{
    const auto* const found = member(name);
    error_code failure = errc::format_damaged;
    const bool is_whole = found && (found->is_int64() || found->is_uint64());
    const auto value = is_whole ? found->to_number<std::uint64_t>(failure) : 0;
    require(!failure && value <= most);
    return value;
}

bool members::truth(std::string_view name)
{
    const auto* const found = member(name);
    const auto* const value = found ? found->if_bool() : nullptr;
    require(value);
    return value && *value;
}

std::string members::key(std::string_view name)
{
    const auto encoded = text(name);
    auto decoded = percent_decode(encoded);
    require(decoded && !decoded->empty() && printed_key(*decoded) == encoded);
    return decoded ? std::move(*decoded) : std::string();
}

std::string members::volume(std::string_view name)
{
    auto volume = text(name);
    require(is_volume_name(volume));
    return volume;
}

std::array<std::byte, 16> members::digest(std::string_view name)
{
    std::array<std::byte, 16> digest{};
    const auto bytes = from_hex(text(name));
    const bool fits = bytes && bytes->size() == digest.size();
    require(fits);
    if (fits)
        std::memcpy(digest.data(), bytes->data(), digest.size());
    return digest;
}

const json::array& members::array(std::string_view name)
{
    static const json::array none;
    const auto* const found = member(name);
    const auto* const value = found ? found->if_array() : nullptr;
    require(value);
    return value ? *value : none;
}

std::vector<std::string> members::texts(std::string_view name)
{
    std::vector<std::string> all;
    for (const auto& each : array(name))
    {
        const auto* const string = each.if_string();
        require(string);
        if (string)
            all.emplace_back(string->data(), string->size());
    }
    return all;
}

}  // namespace smol::wire
