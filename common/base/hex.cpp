#include "common/base/hex.hpp"

#include "common/base/byte_table.hpp"

#include <algorithm>
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

// What a lower-case digit stands for.
constexpr auto digit_numbers =
    byte_table([](char c) { return static_cast<std::int8_t>(lower_digit(c)); });

constexpr auto unreserved = byte_table([](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
});

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
    std::string bytes(text.size() * 3 / 4, '\0');
    auto* to = bytes.data();
    std::uint32_t bits = 0;
    unsigned count = 0;  // of the bits that are not in `bytes` yet
    int seen = 0;        // negative once there was a byte of no number
    for (const char c : text)
    {
        const int number = numbers[static_cast<unsigned char>(c)];
        seen |= number;
        bits = bits << 6 | (static_cast<std::uint32_t>(number) & 63U);
        count += 6;
        if (count < 8)
            continue;
        count -= 8;
        *to++ = static_cast<char>(bits >> count & 0xffU);
    }
    if (seen < 0 || (bits & ((1U << count) - 1U)) != 0)
        return errc::malformed_request;
    return bytes;
}

void put_base64url(std::span<const std::byte, 3> from, char* to) noexcept
{
    const auto bits = std::to_integer<std::uint32_t>(from[0]) << 16 |
                      std::to_integer<std::uint32_t>(from[1]) << 8 |
                      std::to_integer<std::uint32_t>(from[2]);
    to[0] = url_alphabet[bits >> 18];
    to[1] = url_alphabet[bits >> 12 & 63U];
    to[2] = url_alphabet[bits >> 6 & 63U];
    to[3] = url_alphabet[bits & 63U];
}

}  // namespace

void append_hex(std::string& to, byte_view bytes)
{
    const auto before = to.size();
    to.resize(before + bytes.size() * 2);
    write_hex(bytes, to.data() + before);
}

void write_hex(byte_view bytes, char* to) noexcept
{
    for (const auto byte : bytes)
    {
        *to++ = lower_digits[std::to_integer<std::size_t>(byte >> 4)];
        *to++ = lower_digits[std::to_integer<std::size_t>(byte & std::byte{15})];
    }
}

std::string to_hex(byte_view bytes)
{
    std::string digits;
    append_hex(digits, bytes);
    return digits;
}

result<void> from_hex(std::string_view digits, std::span<std::byte> into)
{
    if (digits.size() != 2 * into.size())
        return errc::malformed_request;
    int seen = 0;  // negative once there was a byte of no number
    const auto* digit = digits.data();
    for (auto& byte : into)
    {
        const int high = digit_numbers[static_cast<unsigned char>(*digit++)];
        const int low = digit_numbers[static_cast<unsigned char>(*digit++)];
        seen |= high | low;
        byte = static_cast<std::byte>(high * 16 + low);
    }
    if (seen < 0)
        return errc::malformed_request;
    return {};
}

result<std::string> from_hex(std::string_view digits)
{
    std::string bytes(digits.size() / 2, '\0');
    if (const auto read = from_hex(digits, std::as_writable_bytes(std::span(bytes))); !read)
        return read.error();
    return bytes;
}

void append_percent_encoded(std::string& to, std::string_view bytes, std::string_view keep)
{
    const auto is_kept = [keep](char c) {
        return unreserved[static_cast<unsigned char>(c)] || keep.find(c) != keep.npos;
    };
    for (;;)
    {
        const auto first = std::find_if_not(bytes.begin(), bytes.end(), is_kept);
        to.append(bytes.begin(), first);
        bytes.remove_prefix(static_cast<std::size_t>(first - bytes.begin()));
        if (bytes.empty())
            return;
        const auto byte = static_cast<unsigned char>(bytes.front());
        to += '%';
        to += upper_digits[byte >> 4U];
        to += upper_digits[byte & 15U];
        bytes.remove_prefix(1);
    }
}

std::string percent_encode(std::string_view bytes, std::string_view keep)
{
    std::string text;
    text.reserve(bytes.size());
    append_percent_encoded(text, bytes, keep);
    return text;
}

result<void> append_percent_decoded(std::string& to, std::string_view text)
{
    for (;;)
    {
        const auto sign = text.find('%');
        to += text.substr(0, sign);
        if (sign == text.npos)
            return {};
        if (text.size() - sign < 3)
            return errc::key_malformed;
        const int high = any_digit(text[sign + 1]);
        const int low = any_digit(text[sign + 2]);
        if (high == none || low == none)
            return errc::key_malformed;
        to += static_cast<char>(high * 16 + low);
        text.remove_prefix(sign + 3);
    }
}

result<std::string> percent_decode(std::string_view text)
{
    std::string bytes;
    bytes.reserve(text.size());
    if (const auto read = append_percent_decoded(bytes, text); !read)
        return read.error();
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

void append_base64url(std::string& to, byte_view bytes)
{
    const auto before = to.size();
    const auto whole = bytes.size() / 3;
    const auto rest = bytes.size() % 3;
    to.resize(before + whole * 4 + (rest == 0 ? 0 : rest + 1));
    auto* at = to.data() + before;
    for (std::size_t i = 0; i < whole; ++i, at += 4)
        put_base64url(bytes.subspan(i * 3).first<3>(), at);
    if (rest == 0)
        return;
    std::array<std::byte, 3> last{};
    std::ranges::copy(bytes.last(rest), last.begin());
    std::array<char, 4> text{};
    put_base64url(last, text.data());
    std::copy_n(text.begin(), rest + 1, at);
}

std::string to_base64url(byte_view bytes)
{
    std::string text;
    append_base64url(text, bytes);
    return text;
}

result<std::string> from_base64url(std::string_view text)
{
    static constexpr auto numbers = reverse(url_alphabet);
    return decode_base64(text, numbers);
}

}  // namespace smol
