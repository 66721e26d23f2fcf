#include "bench/load/url.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace smol;
using namespace smol::load;

TEST_CASE("parse_url takes the parts of an http URL")
{
    struct row
    {
        std::string_view text;
        std::string_view authority;
        std::string_view host;
        std::uint16_t port;
        std::string_view target;
    };
    const auto want = GENERATE(values<row>({
        {"http://a", "a", "a", 80, ""},
        {"http://a/", "a", "a", 80, "/"},
        {"http://a:9000", "a:9000", "a", 9000, ""},
        {"http://localhost:9001/b/c?ticket=x:y/z",
            "localhost:9001",
            "localhost",
            9001,
            "/b/c?ticket=x:y/z"},
        {"http://127.0.0.1:80/%20", "127.0.0.1:80", "127.0.0.1", 80, "/%20"},
        {"http://[::1]:8080/k", "[::1]:8080", "::1", 8080, "/k"},
        {"http://[::1]/k", "[::1]", "::1", 80, "/k"},
    }));
    CAPTURE(want.text);
    const auto found = parse_url(want.text).value();
    CHECK(found.authority == want.authority);
    CHECK(found.host == want.host);
    CHECK(found.port == want.port);
    CHECK(found.target == want.target);
}

TEST_CASE("parse_url refuses everything else")
{
    const auto text = GENERATE(values<std::string>({"",
        "http://",
        "http:///k",
        "https://a/",
        "HTTP//a",
        "a:9000",
        "/k",
        "http://a b/",
        "http://a/\n",
        "http://user@a/",
        "http://a?x",
        "http://a:0/",
        "http://a:/",
        "http://a:65536/",
        "http://a:+80/",
        "http://:80/",
        "http://[]:80/"}));
    CAPTURE(text);
    CHECK(parse_url(text).error() == errc::malformed_request);
}
