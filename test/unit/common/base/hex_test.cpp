#include "common/base/hex.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace smol;

namespace {

std::string all_bytes()
{
    std::string bytes;
    for (int value = 0; value < 256; ++value)
        bytes += static_cast<char>(value);
    return bytes;
}

}  // namespace

TEST_CASE("Hexadecimal digits give back every byte")
{
    const auto bytes = all_bytes();
    const auto digits = to_hex(as_bytes(bytes));
    CHECK(digits.starts_with("000102"));
    CHECK(digits.ends_with("fdfeff"));
    CHECK(from_hex(digits).value() == bytes);
    CHECK(from_hex("").value().empty());
}

TEST_CASE("from_hex refuses what to_hex would not write")
{
    const auto digits = GENERATE(values<std::string>({"0",
        "000",
        "AB",
        "aB",
        "0x",
        "g0",
        "0g",
        " 0",
        "0 ",
        "-1",
        "+1",
        "a\n",
        "/0",
        ":0",
        "`0"}));
    CAPTURE(digits);
    CHECK(from_hex(digits).error() == errc::malformed_request);
}

TEST_CASE("from_hex fills what it is given, and nothing else will do")
{
    std::array<std::byte, 2> bytes{};
    REQUIRE(from_hex("01fe", bytes).has_value());
    CHECK(to_hex(bytes) == "01fe");
    CHECK(std::string_view(hex_digits(bytes)) == "01fe");
    for (const auto* digits : {"",
             "01",
             "01f",
             "01fe0",
             "01fe00",
             "01fE",
             "0gfe",
             "\x80"
             "1fe"})
    {
        CAPTURE(digits);
        CHECK(from_hex(digits, bytes).error() == errc::malformed_request);
    }
}

TEST_CASE("What appends leaves what is there")
{
    std::string text = "a";
    append_hex(text, as_bytes("\x0f"));
    append_percent_encoded(text, "/ b", "/");
    append_base64url(text, as_bytes("foob"));
    REQUIRE(append_percent_decoded(text, "%41b").has_value());
    CHECK(text == "a0f/%20bZm9vYgAb");
    CHECK(append_percent_decoded(text, "x%4").error() == errc::key_malformed);
}

TEST_CASE("percent_encode leaves unreserved bytes and those it is told to keep")
{
    CHECK(percent_encode("aZ09-._~") == "aZ09-._~");
    CHECK(percent_encode("a/b c%\xff") == "a%2Fb%20c%25%FF");
    CHECK(percent_encode("a/b c", "/ ") == "a/b c");
    CHECK(percent_encode(std::string_view("\0", 1)) == "%00");
    CHECK(percent_encode("").empty());
}

TEST_CASE("percent_decode gives back every byte of percent_encode")
{
    const auto bytes = all_bytes();
    CHECK(percent_decode(percent_encode(bytes)).value() == bytes);
    CHECK(percent_decode("%2f%2F+%7e").value() == "//+~");
    CHECK(percent_decode("%2525").value() == "%25");  // once
}

TEST_CASE("percent_decode refuses a percent sign without two digits")
{
    const auto text = GENERATE(values<std::string>(
        {"%", "%2", "a%", "a%f", "%g0", "%0g", "%%30", "%-1", "% 1", "%1 ", "%u0041"}));
    CAPTURE(text);
    CHECK(percent_decode(text).error() == errc::key_malformed);
}

TEST_CASE("from_base64 reads the examples of RFC 4648")
{
    struct row
    {
        std::string_view text;
        std::string_view bytes;
    };
    const auto [text, bytes] = GENERATE(values<row>({
        {"", ""},
        {"Zg==", "f"},
        {"Zm8=", "fo"},
        {"Zm9v", "foo"},
        {"Zm9vYg==", "foob"},
        {"Zm9vYmE=", "fooba"},
        {"Zm9vYmFy", "foobar"},
        {"+/+/", "\xfb\xff\xbf"},
    }));
    CHECK(from_base64(text).value() == bytes);
}

TEST_CASE("from_base64 refuses all but the one spelling")
{
    const auto text = GENERATE(values<std::string>({
        "Z",         // no whole byte
        "Zg",        // padding is missing
        "Zg=",       // half of it
        "Zm8",       //
        "Zm9v====",  // too much of it
        "=",
        "====",
        "Zh==",  // left-over bits
        "Zm9=",  // left-over bits
        "Z=g=",
        "=Zg=",
        "Zg==Zg==",
        "Zm9v\n",
        " Zm9",
        "Zm-_",  // the other alphabet
        "Zm9\x80",
    }));
    CAPTURE(text);
    CHECK(from_base64(text).error() == errc::malformed_request);
}

TEST_CASE("base64url gives back bytes of every length")
{
    const auto bytes = all_bytes();
    for (std::size_t length = 0; length <= bytes.size(); ++length)
    {
        const auto part = std::string_view(bytes).substr(0, length);
        const auto text = to_base64url(as_bytes(part));
        CAPTURE(length, text);
        CHECK(text.find_first_of("+/=") == text.npos);
        CHECK(from_base64url(text).value() == part);
    }
    CHECK(to_base64url(as_bytes("\xfb\xff\xbf")) == "-_-_");
}

TEST_CASE("from_base64url refuses all but the one spelling")
{
    const auto text = GENERATE(values<std::string>(
        {"Z", "Zg==", "Zg=", "Zh", "Zm9", "Zm+/", "Zm9v=", "Zm9vY", "Zm 9", "Zm.v", "Zm9v\r\n"}));
    CAPTURE(text);
    CHECK(from_base64url(text).error() == errc::malformed_request);
}
