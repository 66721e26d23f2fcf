#include "common/wire/word_reader.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace smol;
using namespace smol::wire;

TEST_CASE("Words come one after the other")
{
    word_reader words("v1 live gen=7 md5=00000000000000000000000000000001 on=");
    CHECK(words.word() == "v1");
    CHECK(words.word() == "live");
    CHECK_FALSE(words.optional_number("event").has_value());
    CHECK(words.number("gen") == 7);
    CHECK_FALSE(words.is_good());  // not at the end yet
    CHECK(words.digest("md5").back() == std::byte{1});
    CHECK(words.value("on").empty());
    CHECK(words.is_at_end());
    CHECK(words.is_good());
}

TEST_CASE("A reader that met something else stays bad")
{
    const auto line = GENERATE(values<std::string>({"",
        " ",
        "gem=7",
        "gen",
        "gen=",
        "gen7",
        " gen=7",
        "gen=7 ",
        "gen=7  x",
        "gen=07",
        "gen=+7",
        "gen=x"}));
    CAPTURE(line);
    word_reader words(line);
    words.number("gen");
    CHECK_FALSE(words.is_good());
}

TEST_CASE("Reading beyond the end is bad, and harmless")
{
    word_reader words("a");
    CHECK(words.word() == "a");
    CHECK(words.is_good());
    CHECK(words.word().empty());
    CHECK_FALSE(words.is_good());
    CHECK(words.number("gen") == 0);
    CHECK_FALSE(words.optional_value("gen").has_value());
}

TEST_CASE("check_version knows its own version, newer ones, and the rest")
{
    CHECK(check_version("v1").has_value());
    CHECK(check_version("v2").error() == errc::format_newer);
    CHECK(check_version("v10").error() == errc::format_newer);
    const auto word = GENERATE(
        values<std::string>({"", "v", "1", "V1", "v0", "v01", "v1x", "v-1", "v+2", "x2", "v1.0"}));
    CAPTURE(word);
    CHECK(check_version(word).error() == errc::format_damaged);
}

TEST_CASE("parse_printed_number reads a number in its one spelling")
{
    CHECK(parse_printed_number("0") == 0U);
    CHECK(parse_printed_number("10") == 10U);
    CHECK(parse_printed_number("18446744073709551615") == ~std::uint64_t{0});
    const auto text = GENERATE(values<std::string>(
        {"", "00", "01", "+1", "-1", " 1", "1 ", "1.0", "0x1", "18446744073709551616"}));
    CAPTURE(text);
    CHECK_FALSE(parse_printed_number(text).has_value());
}
