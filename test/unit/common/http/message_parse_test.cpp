#include "common/http/message.hpp"
#include "test/unit/common/http/heads.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace smol;
using namespace smol::http;

namespace {

std::string request_line(const std::string& line)
{
    return line + "\r\nHost: h\r\n\r\n";
}

}  // namespace

TEST_CASE("A request head becomes plain values")
{
    const auto head = parse_request_head("PUT /a/b?c=%20 HTTP/1.1\r\n"
                                         "Host: localhost:9000\r\n"
                                         "Content-Length: 12\r\n"
                                         "X-Padded: \t a b\t \r\n"
                                         "x-empty:\r\n"
                                         "Expect: 100-Continue\r\n\r\n")
                          .value();
    CHECK(head.method == "PUT");
    CHECK(head.target == "/a/b?c=%20");
    CHECK(head.version == 11);
    CHECK(head.body == framing::length);
    CHECK(head.content_length == 12);
    CHECK(head.keep_alive);
    CHECK(head.expects_continue);
    CHECK(head.headers.size() == 5);
    CHECK(head.headers.find("x-padded") == "a b");
    CHECK(head.headers.find("X-Empty")->empty());
    CHECK(head.headers[0].name == "Host");
}

TEST_CASE("Request lines of all kinds that RFC 9112 allows are read")
{
    struct row
    {
        std::string bytes;
        std::string method;
        std::string target;
    };
    const auto [bytes, method, target] = GENERATE(values<row>({
        {request_line("GET / HTTP/1.1"), "GET", "/"},
        {request_line("UNLINK /k HTTP/1.1"), "UNLINK", "/k"},
        {request_line("REBALANCE /k HTTP/1.1"), "REBALANCE", "/k"},
        {request_line("get /k HTTP/1.1"), "get", "/k"},
        {request_line("OPTIONS * HTTP/1.1"), "OPTIONS", "*"},
        {request_line("GET //host/k HTTP/1.1"), "GET", "//host/k"},
        {request_line("GET /?list HTTP/1.1"), "GET", "/?list"},
        {request_line("GET /a/../b HTTP/1.1"), "GET", "/a/../b"},
        {request_line("GET /\"<>\\^`{|} HTTP/1.1"), "GET", "/\"<>\\^`{|}"},
        {request_line("GET http://h/k HTTP/1.1"), "GET", "/k"},
        {request_line("GET HTTP://H/k?q HTTP/1.1"), "GET", "/k?q"},
        {request_line("GET http://h HTTP/1.1"), "GET", "/"},
        {request_line("GET http://h?q HTTP/1.1"), "GET", "/?q"},
        {"GET /k HTTP/1.0\r\n\r\n", "GET", "/k"},
        {request_line("GET /k HTTP/1.0"), "GET", "/k"},
        {request_line("A234567890123456789012345678901B /k HTTP/1.1"),
            "A234567890123456789012345678901B",
            "/k"},
    }));
    CAPTURE(bytes);
    const auto head = parse_request_head(bytes);
    REQUIRE(head.has_value());
    CHECK(head->method == method);
    CHECK(head->target == target);
}

TEST_CASE("Malformed and ambiguous request lines are refused")
{
    const auto bytes = GENERATE(values<std::string>({
        "",
        "\r\n\r\n",
        "\r\n" + request_line("GET / HTTP/1.1"),
        " " + request_line("GET / HTTP/1.1"),
        request_line(""),
        request_line("GET"),
        request_line("GET /"),
        request_line("GET / "),
        request_line(" GET / HTTP/1.1"),
        request_line("GET  / HTTP/1.1"),
        request_line("GET /  HTTP/1.1"),
        request_line("GET / HTTP/1.1 "),
        request_line("GET\t/ HTTP/1.1"),
        request_line("GET /\tHTTP/1.1"),
        request_line("GET / HTTP/1.1\t"),
        request_line("GET / HTTP/1.1 x"),
        request_line("GET /a b HTTP/1.1"),
        request_line("GET HTTP/1.1"),
        request_line("/ HTTP/1.1"),
        request_line("GET / HTTP/0.9"),
        request_line("GET / HTTP/1.2"),
        request_line("GET / HTTP/2.0"),
        request_line("GET / HTTP/1"),
        request_line("GET / HTTP/11"),
        request_line("GET / HTTP/1.10"),
        request_line("GET / HTTP/01.1"),
        request_line("GET / http/1.1"),
        request_line("GET / HTTPS/1.1"),
        request_line("GET / HTTP 1.1"),
        request_line("G(T / HTTP/1.1"),
        request_line("G\x80T / HTTP/1.1"),
        request_line("G,T / HTTP/1.1"),
        request_line("A2345678901234567890123456789012B / HTTP/1.1"),  // 33 bytes
        request_line("GET k HTTP/1.1"),
        request_line("GET ?q HTTP/1.1"),
        request_line("GET * HTTP/1.1"),
        request_line("PUT * HTTP/1.1"),
        request_line("OPTIONS ** HTTP/1.1"),
        request_line("CONNECT h:80 HTTP/1.1"),
        request_line("GET /a#b HTTP/1.1"),
        request_line("GET /# HTTP/1.1"),
        request_line("GET /\x80 HTTP/1.1"),
        request_line("GET /\xff HTTP/1.1"),
        request_line("GET /\xc3\xa4 HTTP/1.1"),
        request_line("GET /\x01 HTTP/1.1"),
        request_line("GET /\x7f HTTP/1.1"),
        request_line(std::string("GET /\0 HTTP/1.1", 15)),
        request_line("GET /\rX HTTP/1.1"),
        request_line("GET http://other/k HTTP/1.1"),
        request_line("GET http://h:80/k HTTP/1.1"),
        request_line("GET http://u@h/k HTTP/1.1"),
        request_line("GET http:///k HTTP/1.1"),
        request_line("GET http:/h/k HTTP/1.1"),
        request_line("GET https://h/k HTTP/1.1"),
        request_line("GET ftp://h/k HTTP/1.1"),
        request_line("GET h/k HTTP/1.1"),
        "GET http://h/k HTTP/1.0\r\n\r\n",  // no Host to hold it against
        "GET / HTTP/1.1\nHost: h\n\n",
        "GET / HTTP/1.1\r\nHost: h\n\r\n",
        "GET / HTTP/1.1\nHost: h\r\n\r\n",
        "GET / HTTP/1.1\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\n\r\nbody",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        "\x16\x03\x01\x02\x01",  // TLS
    }));
    CAPTURE(bytes);
    CHECK(parse_request_head(bytes).error() == errc::malformed_request);
}

TEST_CASE("Malformed fields are refused")
{
    const auto lines = GENERATE(values<std::string>({
        "X\r\n",
        ": y\r\n",
        "X y\r\n",
        "X : y\r\n",
        "X\t: y\r\n",
        "X Y: z\r\n",
        " X: y\r\n",
        "\tX: y\r\n",
        "X: y\r\n z\r\n",
        "X: y\r\n\tz\r\n",
        "X: y\r\n \r\n",
        "X: a\nb\r\n",
        "X: a\rb\r\n",
        "X: a\r\r\n",
        "X: \x01\r\n",
        "X: \x1b[31m\r\n",
        "X: \x7f\r\n",
        "X: \x08\r\n",
        "(X): y\r\n",
        "X[]: y\r\n",
        "X\x80: y\r\n",
        "\"X\": y\r\n",
        "X/Y: z\r\n",
        std::string("X: \0\r\n", 6),
        std::string("X\0: y\r\n", 7),
        "Expect: 200-ok\r\n",
        "Expect: 100-continue, 100-continue\r\n",
        "Expect: 100-continue\r\nExpect: 100-continue\r\n",
        "Expect:\r\n",
    }));
    CAPTURE(lines);
    CHECK(parse_request_head(get_with(lines)).error() == errc::malformed_request);
}

TEST_CASE("HTTP/1.1 has exactly one Host, and it is one")
{
    const auto lines = GENERATE(values<std::string>({
        "",
        "Host: a\r\nHost: a\r\n",
        "Host: a\r\nhost: b\r\n",
        "Host:\r\n",
        "Host: \r\n",
        "Host: a b\r\n",
        "Host: a, b\r\n",
        "Host: u@a\r\n",
        "Host: a/b\r\n",
        "Host: a?b\r\n",
        "Host: a#b\r\n",
        "Host: a:\r\n",
        "Host: a:b\r\n",
        "Host: a:99999\r\n",
        "Host: http://a\r\n",
        "Host: [::1\r\n",
        "Host: \xc3\xa4\r\n",
        "Host: \"a\"\r\n",
        "Host:\ta\r\n",
        "Host : a\r\n",
        "Host: a\r\n b\r\n",
    }));
    CAPTURE(lines);
    CHECK(parse_request_head("GET / HTTP/1.1\r\n" + lines + "\r\n").error() ==
          errc::malformed_request);
    const bool is_absent = lines.empty();
    CHECK(parse_request_head("GET / HTTP/1.0\r\n" + lines + "\r\n").has_value() == is_absent);
}

TEST_CASE("keep_alive is what the client asked for, by its version")
{
    struct row
    {
        std::string version;
        std::string lines;
        bool keep_alive;
    };
    const auto [version, lines, keep_alive] = GENERATE(values<row>({
        {"1.1", "", true},
        {"1.1", "Connection: keep-alive\r\n", true},
        {"1.1", "Connection: close\r\n", false},
        {"1.1", "Connection: Close\r\n", false},
        {"1.1", "Connection: upgrade, close\r\n", false},
        {"1.1", "Connection: upgrade ,\tclose \r\n", false},
        {"1.1", "Connection: x\r\nConnection: close\r\n", false},
        {"1.1", "Connection: keep-alive, close\r\n", false},
        {"1.1", "Connection: closed\r\n", true},
        {"1.1", "X-Connection: close\r\n", true},
        {"1.0", "", false},
        {"1.0", "Connection: keep-alive\r\n", true},
        {"1.0", "Connection: x, Keep-Alive\r\n", true},
        {"1.0", "Connection: close\r\n", false},
        {"1.0", "Connection: keep-alive, close\r\n", false},
        {"1.0", "Keep-Alive: timeout=5\r\n", false},
    }));
    CAPTURE(version, lines);
    const auto head =
        parse_request_head("GET / HTTP/" + version + "\r\nHost: h\r\n" + lines + "\r\n");
    REQUIRE(head.has_value());
    CHECK(head->keep_alive == keep_alive);
}

TEST_CASE("HTTP/1.0 has no expectations")
{
    const auto head =
        parse_request_head("PUT / HTTP/1.0\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    CHECK_FALSE(head.value().expects_continue);
}

TEST_CASE("Each limit of a head has its own reason, for a part of it too")
{
    const std::string longest(target_bytes_max - 1, 'a');
    CHECK(parse_request_head(request_line("GET /" + longest + " HTTP/1.1")).has_value());
    CHECK(parse_request_head(request_line("GET /" + longest + "a HTTP/1.1")).error() ==
          errc::target_too_long);
    CHECK(parse_request_head("GET /" + std::string(head_bytes_max, 'a')).error() ==
          errc::target_too_long);
    CHECK(parse_request_head(get_with("X: " + std::string(head_bytes_max, 'a') + "\r\n")).error() ==
          errc::headers_too_large);
    CHECK(parse_request_head("GET / HTTP/1.1\r\nX: " + std::string(head_bytes_max, 'a')).error() ==
          errc::headers_too_large);
    CHECK(parse_request_head(std::string(head_bytes_max + 1, 'a')).error() ==
          errc::headers_too_large);
    CHECK(parse_request_head(get_with(many_fields(fields_max - 1))).has_value());
    CHECK(parse_request_head(get_with(many_fields(fields_max))).error() == errc::too_many_headers);
    const auto rest = head_bytes_max - get_with("X: \r\n").size();
    CHECK(parse_request_head(get_with("X: " + std::string(rest, 'a') + "\r\n")).has_value());
    CHECK(parse_request_head(get_with("X: " + std::string(rest + 1, 'a') + "\r\n")).error() ==
          errc::headers_too_large);
}

TEST_CASE("No truncation of a request head is taken for a head")
{
    const auto bytes = put_with("Content-Length: 5\r\nExpect: 100-continue\r\n");
    for (std::size_t length = 0; length < bytes.size(); ++length)
        CHECK_FALSE(parse_request_head(std::string_view(bytes).substr(0, length)).has_value());
}

TEST_CASE("No byte that is put into a head makes two fields of one or hides one")
{
    const auto bytes = put_with("Content-Length: 5\r\n");
    for (std::size_t at = 0; at <= bytes.size(); ++at)
    {
        for (int value = 0; value < 256; ++value)
        {
            auto mutated = bytes;
            mutated.insert(at, 1, static_cast<char>(value));
            const auto head = parse_request_head(mutated);
            if (!head)
                continue;
            CAPTURE(at, value);
            CHECK(head->headers.size() == 2);
            CHECK(value >= ' ');
            CHECK(value != 0x7f);
        }
    }
}
