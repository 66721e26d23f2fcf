#pragma once

// Bytes <-> lower-case hexadecimal digits, percent-encoding and base64. What appends does not
// allocate where there is room. Pure.

#include "common/base/bytes.hpp"
#include "common/base/result.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace smol {

std::string to_hex(byte_view bytes);
void append_hex(std::string& to, byte_view bytes);
// Two digits a byte.
void write_hex(byte_view bytes, char* to) noexcept;

// The digits of a digest, say: a view of them is good in the same statement.
template <std::size_t Bytes>
class hex_digits
{
public:
    explicit hex_digits(const std::array<std::byte, Bytes>& of) noexcept
    {
        write_hex(of, text_.data());
    }
    explicit operator std::string_view() const noexcept { return {text_.data(), text_.size()}; }

private:
    std::array<char, 2 * Bytes> text_;
};

// Only lower-case digits, an even number of them; `malformed_request` otherwise.
result<std::string> from_hex(std::string_view digits);
// As many digits as fill `into`, which is of no use after an error.
result<void> from_hex(std::string_view digits, std::span<std::byte> into);

// RFC 3986 percent-encoding that a decoder gives back byte for byte. Unreserved characters and
// those of `keep` stay as they are. Upper-case digits, as RFC 3986 section 2.1 asks.
std::string percent_encode(std::string_view bytes, std::string_view keep = {});
void append_percent_encoded(std::string& to, std::string_view bytes, std::string_view keep = {});

// `key_malformed` for "%" without two hexadecimal digits of either case.
result<std::string> percent_decode(std::string_view text);
result<void> append_percent_decoded(std::string& to, std::string_view text);

// RFC 4648 base64, standard alphabet with padding; `malformed_request` for anything else.
result<std::string> from_base64(std::string_view text);

// RFC 4648 section 5, no padding.
std::string to_base64url(byte_view bytes);
void append_base64url(std::string& to, byte_view bytes);
result<std::string> from_base64url(std::string_view text);

}  // namespace smol
