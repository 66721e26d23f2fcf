#include "common/wire/word_reader.hpp"

#include "common/base/hex.hpp"
#include "common/base/parse.hpp"

#include <algorithm>

namespace smol::wire {

std::string_view word_reader::word()
{
    require(!is_at_end_);
    const auto blank = rest_.find(' ');
    const auto taken = rest_.substr(0, blank);
    is_at_end_ = blank == rest_.npos;
    rest_.remove_prefix(is_at_end_ ? rest_.size() : blank + 1);
    require(!taken.empty());
    return taken;
}

std::string_view word_reader::value(std::string_view name)
{
    const auto found = optional_value(name);
    require(found.has_value());
    return found.value_or(std::string_view());
}

std::uint64_t word_reader::number(std::string_view name)
{
    return read_number(value(name));
}

std::array<std::byte, 16> word_reader::digest()
{
    return read_digest(word());
}

std::array<std::byte, 16> word_reader::digest(std::string_view name)
{
    return read_digest(value(name));
}

std::optional<std::string_view> word_reader::optional_value(std::string_view name)
{
    if (!has(name))
        return std::nullopt;
    return word().substr(name.size() + 1);
}

std::optional<std::uint64_t> word_reader::optional_number(std::string_view name)
{
    const auto digits = optional_value(name);
    if (!digits)
        return std::nullopt;
    return read_number(*digits);
}

std::optional<std::array<std::byte, 16>> word_reader::optional_digest(std::string_view name)
{
    const auto digits = optional_value(name);
    if (!digits)
        return std::nullopt;
    return read_digest(*digits);
}

bool word_reader::has(std::string_view name) const
{
    return rest_.starts_with(name) && rest_.substr(name.size()).starts_with('=');
}

std::uint64_t word_reader::read_number(std::string_view digits)
{
    const auto number = parse_printed_number(digits);
    require(number.has_value());
    return number.value_or(0);
}

std::array<std::byte, 16> word_reader::read_digest(std::string_view digits)
{
    std::array<std::byte, 16> digest{};
    require(from_hex(digits, digest).has_value());
    return digest;
}

result<void> check_version(std::string_view word)
{
    if (word == "v1")
        return {};
    const auto number = parse_printed_number(word.substr(std::min<std::size_t>(1, word.size())));
    const bool is_newer = word.starts_with('v') && number && *number > 1;
    return is_newer ? errc::format_newer : errc::format_damaged;
}

std::optional<std::uint64_t> parse_printed_number(std::string_view digits)
{
    const auto number = parse_number(digits);
    if (!number || (digits.size() > 1 && digits.starts_with('0')))
        return std::nullopt;
    return *number;
}

}  // namespace smol::wire
