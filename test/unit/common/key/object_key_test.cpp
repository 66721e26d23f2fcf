#include "common/key/object_key.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace smol;
using namespace smol::key;

namespace {

std::string repeated(std::string_view text, std::size_t times)
{
    std::string all;
    for (std::size_t at = 0; at < times; ++at)
        all += text;
    return all;
}

}  // namespace

TEST_CASE("A key is the path without its first slash, decoded once and not normalised")
{
    struct row
    {
        std::string path;
        std::string key;
    };
    const auto [path, key] = GENERATE(values<row>({
        {"/k1", "k1"},
        {"/a/b", "a/b"},
        {"/a%2fb", "a/b"},
        {"/a%2Fb", "a/b"},
        {"//a", "/a"},
        {"//", "/"},
        {"/a//b", "a//b"},
        {"/a/../b", "a/../b"},
        {"/a/%2e%2e/b", "a/../b"},
        {"/..", ".."},
        {"/.", "."},
        {"/a/", "a/"},
        {"/a%2525", "a%25"},
        {"/a+b", "a+b"},
        {"/a%20b", "a b"},
        {"/a%3Fb%23c", "a?b#c"},
        {"/%00", std::string(1, '\0')},
        {"/%0d%0a", "\r\n"},
        {"/%ff", "\xff"},
        {"/-", "-"},
        {"/-a/", "-a/"},
        {"//-/health", "/-/health"},
        {"/a/-/b", "a/-/b"},
        {"/\"<>\\^`{|}", "\"<>\\^`{|}"},
    }));
    CAPTURE(path);
    CHECK(decode(path).value() == key);
}

TEST_CASE("decode refuses what is no key")
{
    struct row
    {
        std::string path;
        errc reason;
    };
    const auto [path, reason] = GENERATE(values<row>({
        {"", errc::key_malformed},
        {"k1", errc::key_malformed},
        {"*", errc::key_malformed},
        {"http://host/k", errc::key_malformed},
        {"/", errc::key_empty},
        {"/%", errc::key_malformed},
        {"/%2", errc::key_malformed},
        {"/a%zz", errc::key_malformed},
        {"/a%0", errc::key_malformed},
        {"/%%", errc::key_malformed},
        {"/a b", errc::key_malformed},
        {"/a\tb", errc::key_malformed},
        {"/a\nb", errc::key_malformed},
        {"/a?list", errc::key_malformed},
        {"/a#b", errc::key_malformed},
        {"/\x7f", errc::key_malformed},
        {"/\x80", errc::key_malformed},
        {"/\xff", errc::key_malformed},
        {std::string("/a\0b", 4), errc::key_malformed},
        {"/-/", errc::key_reserved},
        {"/-/health", errc::key_reserved},
        {"/%2d/health", errc::key_reserved},
        {"/-%2Fhealth", errc::key_reserved},
        {"/%2D%2F", errc::key_reserved},
    }));
    CAPTURE(path);
    CHECK(decode(path).error() == reason);
}

TEST_CASE("A key has at most 1,024 bytes, counted after decoding")
{
    CHECK(decode("/" + std::string(1024, 'a')).value().size() == 1024);
    CHECK(decode("/" + repeated("%ff", 1024)).value() == std::string(1024, '\xff'));
    CHECK(decode("/" + std::string(1025, 'a')).error() == errc::key_too_long);
    CHECK(decode("/" + repeated("%61", 1025)).error() == errc::key_too_long);
    CHECK(decode_prefix("/" + std::string(1025, 'a')).error() == errc::key_too_long);
}

TEST_CASE("A prefix may be empty, and is a key otherwise")
{
    CHECK(decode_prefix("/").value().empty());
    CHECK(decode_prefix("/a%2f").value() == "a/");
    CHECK(decode_prefix("/-").value() == "-");
    CHECK(decode_prefix("").error() == errc::key_malformed);
    CHECK(decode_prefix("a").error() == errc::key_malformed);
    CHECK(decode_prefix("/%f").error() == errc::key_malformed);
    CHECK(decode_prefix("/-/").error() == errc::key_reserved);
}

TEST_CASE("Every byte of a key comes back from its path")
{
    for (int value = 0; value < 256; ++value)
    {
        const std::string key = "k" + std::string(1, static_cast<char>(value)) + "z";
        const auto path = encode(key);
        CAPTURE(value, path);
        CHECK(path.starts_with("/k"));
        CHECK(decode(path).value() == key);
    }
}

TEST_CASE("The largest key of the largest byte comes back from its path")
{
    const std::string key(1024, '\xff');
    CHECK(encode(key).size() == 1 + 3 * 1024);
    CHECK(decode(encode(key)).value() == key);
}

TEST_CASE("encode keeps slashes and unreserved bytes only")
{
    CHECK(encode("a/b.c-d_e~f") == "/a/b.c-d_e~f");
    CHECK(encode("a b?c#d%e+f") == "/a%20b%3Fc%23d%25e%2Bf");
    CHECK(encode("/a") == "//a");
    CHECK(encode("") == "/");
}
