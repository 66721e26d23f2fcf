#include "common/http/target.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace smol;
using namespace smol::http;

TEST_CASE("A target is a path as sent and decoded parameters")
{
    const auto parsed =
        parse_target("/a%2fb?list&start=%2Fa%20b&limit=10&empty=&eq=a=b&plus=a+b&q=?").value();
    CHECK(parsed.path == "/a%2fb");
    CHECK(parsed.query.size() == 7);
    CHECK(parsed.has("list"));
    CHECK(parsed.find("list") == "");
    CHECK(parsed.find("start") == "/a b");
    CHECK(parsed.find("limit") == "10");
    CHECK(parsed.find("empty") == "");
    CHECK(parsed.find("eq") == "a=b");
    CHECK(parsed.find("plus") == "a+b");
    CHECK(parsed.find("q") == "?");
    CHECK_FALSE(parsed.has("List"));
    CHECK_FALSE(parsed.find("lis").has_value());
}

TEST_CASE("A target may have no query, or an empty one")
{
    CHECK(parse_target("/a").value().query.empty());
    CHECK(parse_target("/a?").value().query.empty());
    CHECK(parse_target("/a?").value().path == "/a");
    CHECK(parse_target("*").value().path == "*");
    CHECK(parse_target("/a%3Fb").value().path == "/a%3Fb");
}

TEST_CASE("Names are decoded before they are compared")
{
    CHECK(parse_target("/?%6cist").value().has("list"));
    CHECK(parse_target("/?list&%6cist").error() == errc::query_invalid);
}

TEST_CASE("Queries that could be read in two ways are refused")
{
    const auto raw = GENERATE(values<std::string>({
        "/?a&a",
        "/?a=1&a=2",
        "/?a=1&b&a",
        "/?=",
        "/?=x",
        "/?&",
        "/?a&",
        "/?&a",
        "/?a&&b",
        "/?%",
        "/?a=%",
        "/?a=%2",
        "/?a=%zz",
        "/?%zz=a",
        "/?a%=b",
        "/?a&=b",
    }));
    CAPTURE(raw);
    CHECK(parse_target(raw).error() == errc::query_invalid);
}

TEST_CASE("Sixteen parameters are enough")
{
    std::string raw = "/?p0";
    for (int at = 1; at < 16; ++at)
        raw += "&p" + std::to_string(at);
    CHECK(parse_target(raw).value().query.size() == 16);
    CHECK(parse_target(raw + "&p16").error() == errc::query_invalid);
}
