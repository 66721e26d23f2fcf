#include "common/http/precondition.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace smol::http;

TEST_CASE("http_date prints the preferred form of RFC 9110")
{
    CHECK(http_date(784'111'777) == "Sun, 06 Nov 1994 08:49:37 GMT");
    CHECK(http_date(0) == "Thu, 01 Jan 1970 00:00:00 GMT");
    CHECK(http_date(1'709'251'199) == "Thu, 29 Feb 2024 23:59:59 GMT");
    CHECK(http_date(4'102'444'800) == "Fri, 01 Jan 2100 00:00:00 GMT");
    CHECK(http_date(-1) == "Wed, 31 Dec 1969 23:59:59 GMT");
    CHECK(http_date(253'402'300'799) == "Fri, 31 Dec 9999 23:59:59 GMT");
    CHECK(http_date(253'402'300'800) == "Fri, 31 Dec 9999 23:59:59 GMT");  // the last it can say
    CHECK(http_date(-62'167'219'200) == "Sat, 01 Jan 0000 00:00:00 GMT");
    CHECK(http_date(-62'167'219'201) == "Sat, 01 Jan 0000 00:00:00 GMT");
}

TEST_CASE("parse_http_date reads the three forms of RFC 9110")
{
    const auto text = GENERATE("Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994");
    CAPTURE(text);
    CHECK(parse_http_date(text) == 784'111'777);
}

TEST_CASE("parse_http_date reads what http_date prints")
{
    const auto when = GENERATE(as<unix_seconds>(),
        0,
        1,
        951'782'400,  // 29 February of a century
        1'709'251'199,
        1'763'818'031,
        32'503'680'000);
    CHECK(parse_http_date(http_date(when)) == when);
}

TEST_CASE("Odd but valid dates are read")
{
    CHECK(parse_http_date("Tue Nov 16 08:49:37 1993") == 753'439'777);
    CHECK(parse_http_date("Sat, 31 Dec 2016 23:59:60 GMT") == 1'483'228'800);  // a leap second
    CHECK(parse_http_date("Tuesday, 16-Nov-04 00:00:00 GMT") == 1'100'563'200);
}

TEST_CASE("What is no date is none")
{
    const auto text = GENERATE(values<std::string>({
        "",
        "0",
        "784111777",
        "yesterday",
        "Sun",
        "Sun, ",
        "Sun, 06 Nov 1994",
        "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 1994 08:49:37 ",
        "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:37 +0000",
        "Sun, 06 Nov 1994 08:49:37 GMT ",
        " Sun, 06 Nov 1994 08:49:37 GMT",
        "sun, 06 nov 1994 08:49:37 gmt",
        "Xyz, 06 Nov 1994 08:49:37 GMT",
        "Sun; 06 Nov 1994 08:49:37 GMT",
        "Sun,06 Nov 1994 08:49:37 GMT",
        "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 006 Nov 1994 08:49:37 GMT",
        "Sun, 06 Foo 1994 08:49:37 GMT",
        "Sun, 06 11 1994 08:49:37 GMT",
        "Sun, 06 Nov 94 08:49:37 GMT",
        "Sun, 06-Nov-1994 08:49:37 GMT",
        "Sunday, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-1994 08:49:37 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT",
        "Sun, 31 Nov 1994 08:49:37 GMT",
        "Sun, 29 Feb 2023 08:49:37 GMT",
        "Sun, 32 Jan 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:60:37 GMT",
        "Sun, 06 Nov 1994 08:49:61 GMT",
        "Sun, 06 Nov 1994 8:49:37 GMT",
        "Sun, 06 Nov 1994 08.49.37 GMT",
        "Sun, 06 Nov 1994 08:49 GMT",
        "Sun, -6 Nov 1994 08:49:37 GMT",
        "Sun, +6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov -994 08:49:37 GMT",
        "Sun Nov 6 08:49:37 1994",
        "Sun Nov  6 08:49:37 94",
        "Sun Nov  6 08:49:37 1994 GMT",
        "Sun Nov 66 08:49:37 1994",
        "1994-11-06T08:49:37Z",
    }));
    CAPTURE(text);
    CHECK_FALSE(parse_http_date(text).has_value());
}
