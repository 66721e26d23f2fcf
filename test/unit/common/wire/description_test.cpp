#include "common/wire/description.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace smol;
using namespace smol::wire;

namespace {

const std::string xxh3 = "00112233445566778899aabbccddeeff";
const std::string md5 = "ffeeddccbbaa99887766554433221100";
const std::string start = "v1 gen=1 size=7 xxh3=" + xxh3;

description example()
{
    description of;
    of.key = std::string("a b\0\xff", 5);
    of.generation = 1'763'818'031'000'123;
    of.size = 7;
    of.xxh3 = xxh3_of("value");
    of.md5 = md5_of("value");
    of.headers.content_type = "text/plain; charset=utf-8";
    of.headers.meta = {{"colour", "dark blue=100%"}, {"b", ""}, {"!#$%&'*+-.^_`|~", "\xc3\xa4"}};
    return of;
}

// Bytes that ext4 has for the values of attributes in one block of 4 KiB: less its header, the
// entries of our two names, and the end mark. Each value is padded to four bytes.
constexpr std::size_t ext4_bytes = 4096 - 32 - 24 - 28 - 4;

std::size_t padded(std::size_t bytes)
{
    return (bytes + 3) / 4 * 4;
}

}  // namespace

TEST_CASE("A description is one line that a person can read")
{
    const std::string text = "v1 gen=1763818031000123 size=7 xxh3=" + xxh3 + " md5=" + md5 +
                             " type=text/plain meta-colour=dark%20blue";
    const auto of = parse_description("k", text).value();
    CHECK(of.key == "k");
    CHECK(of.generation == 1'763'818'031'000'123);
    CHECK(of.size == 7);
    CHECK(of.md5.has_value());
    CHECK(of.headers.content_type == "text/plain");
    REQUIRE(of.headers.meta.size() == 1);
    CHECK(of.headers.meta[0].first == "colour");
    CHECK(of.headers.meta[0].second == "dark blue");
    CHECK(print(of) == text);
}

TEST_CASE("Every description comes back from its text")
{
    auto of = example();
    if (GENERATE(true, false))
        of.md5.reset();
    if (GENERATE(true, false))
        of.headers.content_type.clear();
    of.headers.meta.resize(GENERATE(as<std::size_t>(), 0, 1, 3));
    of.generation = GENERATE(as<std::uint64_t>(), 0, ~std::uint64_t{0});
    const auto text = print(of);
    CAPTURE(text);
    CHECK(parse_description(of.key, text).value() == of);
    CHECK(text.find_first_of("\t\r\n") == text.npos);
}

TEST_CASE("Descriptions that print would not write are damaged")
{
    const auto text = GENERATE_COPY(values<std::string>({
        "",
        "v1",
        "v0" + start.substr(2),
        start.substr(3),
        " " + start,
        start + " ",
        start + "\n",
        start + "  type=a",
        start + " x=y",
        start + " x",
        "v1 gen=01 size=7 xxh3=" + xxh3,
        "v1 gen=1 size=+7 xxh3=" + xxh3,
        "v1 size=7 gen=1 xxh3=" + xxh3,
        "v1 gen=1 size=7",
        "v1 gen=1 size=7 xxh3=" + xxh3.substr(1),
        start + " md5=",
        start + " md5=" + md5 + "0",
        start + " type=",  // printed only if there is one
        start + " type=text%2Fplain",
        start + " type=text%2fplain",
        start + " type=a=b",
        start + " type=a%3db",
        start + " type=%",
        start + " type=%0d%0a",
        start + " type=%0D%0A",
        start + " type=%00",
        start + " type=%09",
        start + " type=%7F",
        start + " type=\xc3\xa4",
        start + " type=a type=a",
        start + " type=a md5=" + md5,
        start + " meta-a=x type=a",
        start + " meta-",
        start + " meta-=x",
        start + " meta-a",
        start + " meta-A=x",
        start + " Meta-a=x",
        start + " meta-a%20b=x",
        start + " meta-a/b=x",
        start + " meta-%61=x",
        start + " meta-a=x meta-a=y",
        start + " meta-a=%0D%0ASet-Cookie:%20x",
        start + " meta-a=x\ty",
        start + std::string(" meta-a=\0", 9),
    }));
    CAPTURE(text);
    CHECK(parse_description("k", text).error() == errc::format_damaged);
}

TEST_CASE("A blob without a key is damaged")
{
    CHECK(parse_description("k", start).has_value());
    CHECK(parse_description("", start).error() == errc::format_damaged);
}

TEST_CASE("A description of a newer version is not guessed at")
{
    CHECK(parse_description("k", "v2 x").error() == errc::format_newer);
    CHECK(parse_description("k", "v3").error() == errc::format_newer);
}

// The last field has no end of its own, and optional ones can be cut off as a whole.
TEST_CASE("A cut description is refused or is not taken for the whole")
{
    const auto of = example();
    const auto text = print(of);
    const auto optional = text.find(" md5=");
    for (std::size_t length = 0; length < text.size(); ++length)
    {
        CAPTURE(length);
        const auto cut = parse_description(of.key, std::string_view(text).substr(0, length));
        if (length < optional)
            CHECK(cut.error() == errc::format_damaged);
        else
            CHECK((cut.has_error() || !(cut.value() == of)));
    }
}

TEST_CASE("No flipped bit is taken for the same description")
{
    const auto of = example();
    const auto text = print(of);
    for (std::size_t bit = 0; bit < text.size() * 8; ++bit)
    {
        auto flipped = text;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
        CAPTURE(flipped);
        const auto parsed = parse_description(of.key, flipped);
        CHECK((parsed.has_error() || !(parsed.value() == of)));
        CHECK((parsed.has_error() || print(parsed.value()) == flipped));
    }
}

TEST_CASE("The largest key and headers fit one attribute block of ext4")
{
    http::fields request;
    request.add("Content-Type", std::string(http::content_type_bytes_max, 't'));
    std::size_t left = http::meta_bytes_max;
    for (std::size_t at = 0; at + 2 < http::fields_max;
         ++at)  // Host and Content-Type are fields too
    {
        const auto name = std::to_string(at);
        const std::size_t value = at + 3 < http::fields_max ? 0 : left - name.size();
        request.add("Smol-Meta-" + name, std::string(value, 'v'));
        left -= name.size() + value;
    }
    REQUIRE(left == 0);
    description of = example();
    of.key = std::string(1024, '\xff');
    of.generation = ~std::uint64_t{0};
    of.size = ~std::uint64_t{0};
    of.headers = http::take_stored_headers(request).value();
    CHECK(padded(of.key.size()) + padded(print(of).size()) <= ext4_bytes);
}
