#include "common/base/hex.hpp"

#include <array>
#include <cstdint>

namespace smol {
namespace {

constexpr std::string_view lower_digits = "0123456789abcdef";
constexpr std::string_view upper_digits = "0123456789ABCDEF";
constexpr std::string_view standard_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view url_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr int none = -1;

constexpr int lower_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return none;
}

constexpr int any_digit(char c)
{
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : lower_digit(c);
}

constexpr bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

// Which number each byte stands for in an alphabet of base64.
using reverse_alphabet = std::array<std::int8_t, 256>;

constexpr reverse_alphabet reverse(std::string_view alphabet)
{
    reverse_alphabet numbers{};
    numbers.fill(none);
    for (std::size_t at = 0; at < alphabet.size(); ++at)
        numbers[static_cast<unsigned char>(alphabet[at])] = static_cast<std::int8_t>(at);
    return numbers;
}

// `text` without padding. Refuses left-over bits that are not zero, so each value has one spelling.
result<std::string> decode_base64(std::string_view text, const reverse_alphabet& numbers)
{
    if (text.size() % 4 == 1)
        return errc::malformed_request;
    std::string bytes;
    bytes.reserve(text.size() * 3 / 4);
    std::uint32_t bits = 0;
    unsigned count = 0;  // of the bits that are not in `bytes` yet
    for (const char c : text)
    {
        const int number = numbers[static_cast<unsigned char>(c)];
        if (number == none)
            return errc::malformed_request;
        bits = (bits << 6 | static_cast<std::uint32_t>(number)) & 0xfffU;
        count += 6;
        if (count < 8)
            continue;
        count -= 8;
        bytes += static_cast<char>(bits >> count & 0xffU);
    }
    if ((bits & ((1U << count) - 1U)) != 0)
        return errc::malformed_request;
    return bytes;
}

}  // namespace

std::string to_hex(byte_view bytes)
{
    std::string digits;
    digits.reserve(bytes.size() * 2);
    for (const auto byte : bytes)
    {
        digits += lower_digits[std::to_integer<std::size_t>(byte >> 4)];
        digits += lower_digits[std::to_integer<std::size_t>(byte & std::byte{15})];
    }
    return digits;
}

result<std::string> from_hex(std::string_view digits)
{
    if (digits.size() % 2 != 0)
        return errc::malformed_request;
    std::string bytes;
    bytes.reserve(digits.size() / 2);
    for (std::size_t at = 0; at < digits.size(); at += 2)
    {
        const int high = lower_digit(digits[at]);
        const int low = lower_digit(digits[at + 1]);
        if (high == none || low == none)
            return errc::malformed_request;
        bytes += static_cast<char>(high * 16 + low);
    }
    return bytes;
}

std::string percent_encode(std::string_view bytes, std::string_view keep)
{
    std::string text;
    text.reserve(bytes.size());
    for (const char c : bytes)
    {
        if (is_unreserved(c) || keep.find(c) != keep.npos)
        {
            text += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        text += '%';
        text += upper_digits[byte >> 4U];
        text += upper_digits[byte & 15U];
    }
    return text;
}

result<std::string> percent_decode(std::string_view text)
{
    std::string bytes;
    bytes.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at)
    {
        if (text[at] != '%')
        {
            bytes += text[at];
            continue;
        }
        if (text.size() - at < 3)
            return errc::key_malformed;
        const int high = any_digit(text[at + 1]);
        const int low = any_digit(text[at + 2]);
        if (high == none || low == none)
            return errc::key_malformed;
        bytes += static_cast<char>(high * 16 + low);
        at += 2;
    }
    return bytes;
}

result<std::string> from_base64(std::string_view text)
{
    static constexpr auto numbers = reverse(standard_alphabet);
    if (text.size() % 4 != 0)
        return errc::malformed_request;
    for (int padding = 0; padding < 2 && text.ends_with('='); ++padding)
        text.remove_suffix(1);
    return decode_base64(text, numbers);
}

std::string to_base64url(byte_view bytes)
{
    std::string text;
    text.reserve((bytes.size() * 4 + 2) / 3);
    std::uint32_t bits = 0;
    unsigned count = 0;  // of the bits that are not in `text` yet
    for (const auto byte : bytes)
    {
        bits = (bits << 8 | std::to_integer<std::uint32_t>(byte)) & 0xffffU;
        count += 8;
        while (count >= 6)
        {
            count -= 6;
            text += url_alphabet[bits >> count & 63U];
        }
    }
    if (count > 0)
        text += url_alphabet[bits << (6 - count) & 63U];
    return text;
}

result<std::string> from_base64url(std::string_view text)
{
    static constexpr auto numbers = reverse(url_alphabet);
    return decode_base64(text, numbers);
}

}  // namespace smol
