// Hexadecimal, base64, base64url and percent-encoding: bytes come back, and all but
// percent-encoding have one spelling.

#include "common/base/hex.hpp"
#include "test/fuzz/fuzz.hpp"
#include "test/fuzz/targets.hpp"

#include <string>

namespace smol::fuzz {

void encoding(std::string_view input)
{
    require(from_hex(to_hex(as_bytes(input))).value() == input, "hexadecimal comes back");
    require(from_base64url(to_base64url(as_bytes(input))).value() == input, "base64url comes back");
    require(percent_decode(percent_encode(input)).value() == input, "percent-encoding comes back");
    require(percent_decode(percent_encode(input, "/")).value() == input, "with slashes too");

    if (const auto bytes = from_hex(input))
        require(to_hex(as_bytes(*bytes)) == input, "hexadecimal has one spelling");
    if (const auto bytes = from_base64url(input))
        require(to_base64url(as_bytes(*bytes)) == input, "base64url has one spelling");
    if (const auto bytes = from_base64(input))
    {
        auto text = to_base64url(as_bytes(*bytes));
        for (char& c : text)
            c = c == '-' ? '+' : c == '_' ? '/' : c;
        text.append((4 - text.size() % 4) % 4, '=');
        require(text == input, "base64 has one spelling");
    }
    if (const auto bytes = percent_decode(input))
    {
        require(bytes->size() <= input.size(), "decoding does not grow");
        require(percent_decode(percent_encode(*bytes)).value() == *bytes, "and comes back");
    }
}

}  // namespace smol::fuzz
