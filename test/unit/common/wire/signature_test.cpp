#include "common/wire/signature.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace smol;
using namespace smol::wire;

namespace {

const hmac_key secret(std::string(32, 's'));
constexpr std::uint64_t now = 1'763'818'031'000'123;
constexpr std::uint64_t window = 60'000'000;
const signed_call call{"POST", "/-/commit", R"({"key":"k"})"};

}  // namespace

TEST_CASE("A signed call is accepted within the window, either way")
{
    const auto header = sign(call, now, secret);
    CHECK(check_signature(call, header, now, secret).has_value());
    CHECK(check_signature(call, header, now + window, secret).has_value());
    CHECK(check_signature(call, header, now - window, secret).has_value());
    CHECK(header.starts_with("1763818031000123."));
    CHECK(check_signature({"", "", ""}, sign({"", "", ""}, now, secret), now, secret).has_value());
    CHECK(check_signature(call, sign(call, 5, secret), 0, secret).has_value());
}

TEST_CASE("A signature outside the window is invalid")
{
    const auto header = sign(call, now, secret);
    const auto time = GENERATE_COPY(
        values<std::uint64_t>({now + window + 1, now - window - 1, 0, ~std::uint64_t{0}}));
    CHECK(check_signature(call, header, time, secret).error() == errc::signature_invalid);
}

TEST_CASE("A signature is for one call")
{
    const auto header = sign(call, now, secret);
    const auto other = GENERATE(values<signed_call>({
        {"PUT", "/-/commit", R"({"key":"k"})"},
        {"post", "/-/commit", R"({"key":"k"})"},
        {"POST", "/-/commi", R"(t{"key":"k"})"},
        {"POST", "/-/staged", R"({"key":"k"})"},
        {"POST", "/-/commit?x", R"({"key":"k"})"},
        {"POST/", "-/commit", R"({"key":"k"})"},
        {"POST", "/-/commit", R"({"key":"l"})"},
        {"POST", "/-/commit", R"({"key":"k"} )"},
        {"POST", "/-/commit", ""},
        {"", "", ""},
    }));
    CAPTURE(other.method, other.target, other.body);
    CHECK(check_signature(other, header, now, secret).error() == errc::signature_invalid);
}

TEST_CASE("A signature is of one secret")
{
    const auto header = sign(call, now, secret);
    CHECK(check_signature(call, header, now, hmac_key(std::string(33, 's'))).error() ==
          errc::signature_invalid);
    CHECK(check_signature(call, header, now, hmac_key()).error() == errc::signature_invalid);
}

TEST_CASE("A header with any bit flipped, or cut short, is invalid")
{
    const auto header = sign(call, now, secret);
    for (std::size_t bit = 0; bit < header.size() * 8; ++bit)
    {
        auto flipped = header;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
        CAPTURE(flipped);
        CHECK(check_signature(call, flipped, now, secret).error() == errc::signature_invalid);
    }
    for (std::size_t length = 0; length < header.size(); ++length)
    {
        const auto cut = header.substr(0, length);
        CHECK(check_signature(call, cut, now, secret).error() == errc::signature_invalid);
    }
}

TEST_CASE("A header that cannot be read is invalid")
{
    const auto code = sign(call, now, secret).substr(16);
    const auto header = GENERATE_COPY(values<std::string>({
        "",
        ".",
        "..",
        code,
        "1763818031000123",
        "1763818031000123.",
        "01763818031000123" + code,
        "+1763818031000123" + code,
        "-1763818031000123" + code,
        "18446744073709551616" + code,
        " 1763818031000123" + code,
        "1763818031000123" + code + "=",
        "1763818031000123" + code + " ",
        "1763818031000123" + code + ".",
        "1763818031000123." + code,
    }));
    CAPTURE(header);
    CHECK(check_signature(call, header, now, secret).error() == errc::signature_invalid);
}
