#include "common/http/head_check.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace smol;
using namespace smol::http;

TEST_CASE("A token is made of the characters of RFC 9110")
{
    CHECK(is_token("GET"));
    CHECK(is_token("X-Custom_1.0"));
    CHECK(is_token("!#$%&'*+-.^_`|~"));
    const auto bad = GENERATE(values<std::string>({"",
        " ",
        "a b",
        "a\tb",
        "a:",
        "a/b",
        "(a)",
        "a=b",
        "a,b",
        "a;b",
        "\"a\"",
        "{a}",
        "[a]",
        "a@b",
        "a\\b",
        "<a>",
        "a?",
        "a\x7f",
        "\xc3\xa4",
        std::string("a\0", 2)}));
    CAPTURE(bad);
    CHECK_FALSE(is_token(bad));
}

TEST_CASE("An authority is a name or an address, with a port or without")
{
    const auto good = GENERATE(values<std::string>({
        "localhost",
        "localhost:9000",
        "LOCALHOST",
        "a.example-1.org",
        "127.0.0.1:80",
        "[::1]",
        "[::1]:9000",
        "[fe80::1:2]",
        "[::ffff:127.0.0.1]:1",
        "host:65535",
        "a_b",
        "h%C3%A4",
    }));
    CAPTURE(good);
    CHECK(is_authority(good));
}

TEST_CASE("What could lead a redirect elsewhere is no authority")
{
    const auto bad = GENERATE(values<std::string>({
        "",
        ":",
        ":80",
        "host:",
        "host:0",
        "host:65536",
        "host:+80",
        "host:-80",
        "host:8a",
        "host: 80",
        "host :80",
        "host:80:80",
        "user@host",
        "user:word@host",
        "host/path",
        "host?query",
        "host#fragment",
        "host\\path",
        "ho st",
        "host\t",
        "host\r\nX: y",
        "h%zz",
        "h%4",
        "\"host\"",
        "<host>",
        "host^",
        "{host}",
        "\xc3\xa4",
        std::string("host\0", 5),
        "[",
        "[]",
        "[:]",
        "[::1",
        "::1",
        "::1]",
        "[::1]80",
        "[::1]:",
        "[::1]:x",
        "[::1]x:80",
        "[v1.a]",
        "[fe80::1%25eth0]",
        "[::g]",
        "[::1]]",
    }));
    CAPTURE(bad);
    CHECK_FALSE(is_authority(bad));
}

TEST_CASE("check_lines lets pass exactly one head")
{
    CHECK(check_lines("GET / HTTP/1.1\r\n\r\n").has_value());
    CHECK(check_lines("x\r\nA:\r\nB: \t c\xff \r\nHost: a\r\n\r\n").has_value());
    const auto bad = GENERATE(values<std::string>({
        "",
        "x",
        "x\r\n",
        "x\r\nA: b\r\n",
        "x\r\n\r\nx",
        "x\r\n\r\n\r\n",
        "x\n\n",
        "x\nA: b\r\n\r\n",
        "x\r\nA: b\n\r\n",
        "x\r\nA: b\r\r\n\r\n",
        "x\r\nA: b\rc\r\n\r\n",
        "x\r\nA\r\n\r\n",
        "x\r\n: b\r\n\r\n",
        "x\r\nA b: c\r\n\r\n",
        "x\r\nA : b\r\n\r\n",
        "x\r\nA\t: b\r\n\r\n",
        "x\r\n A: b\r\n\r\n",
        "x\r\nA: b\r\n c\r\n\r\n",
        "x\r\nA: b\r\n\tc\r\n\r\n",
        "x\r\nA: \x01\r\n\r\n",
        "x\r\nA: \x7f\r\n\r\n",
        "x\r\nA: \x0b\r\n\r\n",
        "x\r\n\xc3\xa4: b\r\n\r\n",
        "x\r\nContent-Length:\t5\r\n\r\n",
        "x\r\nTransfer-Encoding: chunked\t\r\n\r\n",
        "x\r\nhost:\ta\r\n\r\n",
        std::string("x\r\nA: \0\r\n\r\n", 11),
        std::string("\0\r\n\r\n", 5),
    }));
    CAPTURE(bad);
    CHECK(check_lines(bad).error() == errc::malformed_request);
}

TEST_CASE("check_field_line knows one field with its line end")
{
    CHECK(check_field_line("A: b\r\n").has_value());
    CHECK(check_field_line("A:\r\n").has_value());
    const auto bad = GENERATE(values<std::string>({"",
        "\r\n",
        "A: b",
        "A: b\n",
        "A: b\r",
        "A: b\r\n\r\n",
        "A: b\r\nC: d\r\n",
        "A\r\n",
        " A: b\r\n"}));
    CAPTURE(bad);
    CHECK(check_field_line(bad).error() == errc::malformed_request);
}

TEST_CASE("is_request_line asks for two blanks and a visible target")
{
    CHECK(is_request_line("GET /a HTTP/1.1"));
    CHECK(is_request_line("GET * x"));
    const auto bad = GENERATE(values<std::string>({"",
        "GET",
        "GET /",
        "GET /a b HTTP/1.1",
        "GET /a\tb HTTP/1.1",
        "GET /a#b HTTP/1.1",
        "GET /\x80 HTTP/1.1",
        "GET /\x7f HTTP/1.1",
        "GET  /a HTTP/1.1"}));
    CAPTURE(bad);
    CHECK_FALSE(is_request_line(bad));
}
