#include "cli/url.hpp"

#include <catch2/catch.hpp>

using namespace smol;

TEST_CASE("parse_url reads what a redirect or a location may hold")
{
    struct row
    {
        std::string text;
        cli::url parsed;
    };
    const auto [text, parsed] = GENERATE(values<row>({
        {"http://localhost:9001/a/b?ticket=x", {"localhost:9001", "/a/b?ticket=x"}},
        {"http://127.0.0.1:1", {"127.0.0.1:1", "/"}},
        {"http://host", {"host:80", "/"}},
        {"http://host?q", {"host:80", "/?q"}},
        {"http://[::1]:9001/k", {"[::1]:9001", "/k"}},
        {"http://[::1]/k", {"[::1]:80", "/k"}},
        {"http://h:65535/%20", {"h:65535", "/%20"}},
    }));
    CAPTURE(text);
    const auto read = cli::parse_url(text);
    REQUIRE(read.has_value());
    CHECK(*read == parsed);
}

TEST_CASE("parse_url refuses everything else")
{
    const auto text = GENERATE(as<std::string>{},
        "",
        "http://",
        "http:///k",
        "https://host/k",
        "HTTP://host/k",
        "ftp://host/k",
        "host:9000/k",
        "/k",
        "http://:9000/k",
        "http://host:/k",
        "http://host:0/k",
        "http://host:65536/k",
        "http://host:9x/k",
        "http://host:+9/k",
        "http://user@host/k",
        "http://user:secret@host/k",
        "http://ho st/k",
        "http://host/a b",
        "http://host/a#b",
        "http://host/a\r\nX: y",
        "http://host/\xc3\xa4",
        "http://[::1/k",
        "http://::1/k",
        "http://[]:80/k",
        "http://[x]:80/k");
    CAPTURE(text);
    CHECK_FALSE(cli::parse_url(text).has_value());
}

TEST_CASE("parse_master takes a URL without a path, or a host with a port")
{
    CHECK(*cli::parse_master("http://localhost:9000") == "localhost:9000");
    CHECK(*cli::parse_master("http://localhost:9000/") == "localhost:9000");
    CHECK(*cli::parse_master("http://store") == "store:80");
    CHECK(*cli::parse_master("store:9000") == "store:9000");
    const auto bad = GENERATE(as<std::string>{},
        "",
        "store",
        "store:",
        ":9000",
        "store:port",
        "http://store:9000/path",
        "http://store:9000/?x",
        "https://store:9000",
        "https:store");
    CAPTURE(bad);
    CHECK_FALSE(cli::parse_master(bad).has_value());
}
