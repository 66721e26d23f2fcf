#include "common/base/parse.hpp"

#include <catch2/catch.hpp>

#include <limits>
#include <string>

using namespace smol;
using namespace std::chrono_literals;

namespace {

constexpr auto largest = std::numeric_limits<std::uint64_t>::max();

}  // namespace

TEST_CASE("parse_number reads decimal digits")
{
    CHECK(parse_number("0").value() == 0);
    CHECK(parse_number("42").value() == 42);
    CHECK(parse_number("007").value() == 7);
    CHECK(parse_number("18446744073709551615").value() == largest);
}

TEST_CASE("parse_number refuses everything else")
{
    const auto text = GENERATE(values<std::string>({
        "",
        " ",
        "+5",
        "-5",
        "-0",
        " 5",
        "5 ",
        "5\n",
        "5,5",
        "5, 5",
        "0x10",
        "1e3",
        "1.0",
        "five",
        "5a",
        "18446744073709551616",
        "99999999999999999999999999",
        "\xd9\xa3",  // an Arabic digit
        std::string("5\0", 2),
    }));
    CAPTURE(text);
    CHECK(parse_number(text).error() == errc::malformed_request);
}

TEST_CASE("parse_size reads numbers with units of 1,024")
{
    struct row
    {
        std::string_view text;
        std::uint64_t bytes;
    };
    const auto [text, bytes] = GENERATE(values<row>({
        {"0", 0},
        {"4096", 4096},
        {"64K", 64 * KiB},
        {"64KiB", 64 * KiB},
        {"1M", MiB},
        {"1MiB", MiB},
        {"2G", 2 * GiB},
        {"2GiB", 2 * GiB},
        {"5T", 5 * 1024 * GiB},
        {"1TiB", 1024 * GiB},
        {"16777215T", std::uint64_t{16'777'215} * 1024 * GiB},
        {"18446744073709551615", largest},
    }));
    CAPTURE(text);
    CHECK(parse_size(text).value() == bytes);
}

TEST_CASE("parse_size refuses other units and what does not fit")
{
    const auto text = GENERATE(values<std::string>({"",
        "K",
        "1k",
        "1KB",
        "1Ki",
        "1iB",
        "1B",
        "1 K",
        "1K ",
        " 1K",
        "-1K",
        "+1K",
        "1.5K",
        "1KK",
        "1P",
        "0x1K",
        "16777216T",
        "18014398509481984K",
        "99999999999999999999"}));
    CAPTURE(text);
    CHECK(parse_size(text).error() == errc::malformed_request);
}

TEST_CASE("parse_duration reads numbers with a unit")
{
    CHECK(parse_duration("0s").value() == 0ms);
    CHECK(parse_duration("250ms").value() == 250ms);
    CHECK(parse_duration("10s").value() == 10s);
    CHECK(parse_duration("5m").value() == 5min);
    CHECK(parse_duration("2h").value() == 2h);
    CHECK(parse_duration("14d").value() == 14 * 24h);
}

TEST_CASE("parse_duration refuses a bare number, other units and what does not fit")
{
    const auto text = GENERATE(values<std::string>({"",
        "10",
        "s",
        "ms",
        "10 s",
        " 10s",
        "10s ",
        "10S",
        "10sec",
        "10min",
        "1w",
        "1y",
        "-1s",
        "+1s",
        "1.5s",
        "1h30m",
        "9223372036854775807s",
        "106751991168d",
        "18446744073709551615ms"}));
    CAPTURE(text);
    CHECK(parse_duration(text).error() == errc::malformed_request);
}

TEST_CASE("format_size is for people")
{
    CHECK(format_size(0) == "0 B");
    CHECK(format_size(1023) == "1023 B");
    CHECK(format_size(1024) == "1.0 KiB");
    CHECK(format_size(1536) == "1.5 KiB");
    CHECK(format_size(MiB - 1) == "1.0 MiB");
    CHECK(format_size(5 * GiB) == "5.0 GiB");
    CHECK(format_size(largest) == "16.0 EiB");
}
