#include "common/http/message.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace smol;
using namespace smol::http;

namespace {

// A request with the given lines (each with its end) after a valid Host.
std::string get_with(const std::string& lines)
{
    return "GET /k HTTP/1.1\r\nHost: h\r\n" + lines + "\r\n";
}

std::string put_with(const std::string& lines)
{
    return "PUT /k HTTP/1.1\r\nHost: h\r\n" + lines + "\r\n";
}

std::string request_line(const std::string& line)
{
    return line + "\r\nHost: h\r\n\r\n";
}

std::string many_fields(std::size_t count)
{
    std::string lines;
    for (std::size_t at = 0; at < count; ++at)
        lines += "A: b\r\n";
    return lines;
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

TEST_CASE("Bodies whose length readers could disagree about are refused")
{
    const auto lines = GENERATE(values<std::string>({
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "Transfer-Encoding: chunked\r\ncontent-length: 0\r\n",
        "Transfer-Encoding: gzip\r\n",
        "Transfer-Encoding: gzip\r\nContent-Length: 5\r\n",
        "Transfer-Encoding: identity\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding: xchunked\r\nContent-Length: 5\r\n",
        "Transfer-Encoding: chunkedx\r\n",
        "Transfer-Encoding: \"chunked\"\r\n",
        "Transfer-Encoding: chunked;q=1\r\n",
        "Transfer-Encoding: chunked, chunked\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: chunked, gzip\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
        "Transfer-Encoding: identity, chunked\r\n",
        "Transfer-Encoding: chunked, identity\r\nContent-Length: 5\r\n",
        "Transfer-Encoding: chunked,\r\n",
        "Transfer-Encoding: ,chunked\r\n",
        "Transfer-Encoding:\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\ntransfer-encoding: gzip\r\nContent-Length: 5\r\n",
        "Transfer-Encoding:\tchunked\r\n",
        "Transfer-Encoding: chunked\t\r\n",
        "Transfer-Encoding:\x0b"
        "chunked\r\n",
        "Transfer-Encoding: \x0c"
        "chunked\r\n",
        "Transfer-Encoding: chunked\xa0\r\n",
        "Transfer-Encoding : chunked\r\n",
        "Transfer-Encoding\t: chunked\r\n",
        " Transfer-Encoding: chunked\r\n",
        "X: y\r\n Transfer-Encoding: chunked\r\n",
        "Transfer-Encoding:\r\n chunked\r\n",
        "Transfer-Encoding: chunked\r\n foo\r\n",
        "X: y\nTransfer-Encoding: chunked\r\n",
        "X: y\rTransfer-Encoding: chunked\r\n",
        std::string("Transfer-Encoding: chunked\0\r\n", 29),
        "Content-Length: 5\r\nContent-Length: 5\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: 5\r\ncontent-length: 0\r\n",
        "Content-Length: 5, 5\r\n",
        "Content-Length: 5,5\r\n",
        "Content-Length: 5,\r\n",
        "Content-Length: 5 5\r\n",
        "Content-Length: +5\r\n",
        "Content-Length: -5\r\n",
        "Content-Length: -0\r\n",
        "Content-Length: 0x5\r\n",
        "Content-Length: 5a\r\n",
        "Content-Length: 5.0\r\n",
        "Content-Length: 5e1\r\n",
        "Content-Length: \"5\"\r\n",
        "Content-Length:\r\n",
        "Content-Length: ,\r\n",
        "Content-Length: five\r\n",
        "Content-Length:\t5\r\n",
        "Content-Length: 5\t\r\n",
        "Content-Length : 5\r\n",
        "Content-Length: 9223372036854775808\r\n",
        "Content-Length: 18446744073709551615\r\n",
        "Content-Length: 18446744073709551621\r\n",  // 5 modulo 2^64
        "Content-Length: 99999999999999999999999\r\n",
        "Content-Length: 5\r\n 0\r\n",
        std::string("Content-Length: 5\0\r\n", 20),
        "Content-Length\x80: 5\r\n",
    }));
    CAPTURE(lines);
    CHECK(parse_request_head(put_with(lines)).error() == errc::malformed_request);
}

TEST_CASE("HTTP/1.0 has no transfer codings")
{
    CHECK(parse_request_head("PUT /k HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n").error() ==
          errc::malformed_request);
    CHECK(parse_request_head(
              "PUT /k HTTP/1.0\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n")
              .error() == errc::malformed_request);
}

TEST_CASE("The length of a body is known from one field")
{
    struct row
    {
        std::string lines;
        framing body;
        std::uint64_t length;
    };
    const auto [lines, body, length] = GENERATE(values<row>({
        {"", framing::none, 0},
        {"Content-Length: 0\r\n", framing::length, 0},
        {"Content-Length:5\r\n", framing::length, 5},
        {"Content-Length:   5  \r\n", framing::length, 5},
        {"content-length: 9223372036854775807\r\n", framing::length, 9'223'372'036'854'775'807U},
        {"Transfer-Encoding: chunked\r\n", framing::chunked, 0},
        {"transfer-encoding:CHUNKED \r\n", framing::chunked, 0},
        {"TE: gzip\r\n", framing::none, 0},
        {"Content_Length: 5\r\n", framing::none, 0},
    }));
    CAPTURE(lines);
    for (const auto& bytes : {put_with(lines), get_with(lines)})
    {
        const auto head = parse_request_head(bytes);
        REQUIRE(head.has_value());
        CHECK(head->body == body);
        CHECK(head->content_length == length);
    }
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

TEST_CASE("A response's body is as long as its status, its request and its fields say")
{
    struct row
    {
        std::string bytes;
        std::string method;
        framing body;
        std::uint64_t length;
        bool keep_alive;
    };
    const auto [bytes, method, body, length, keep_alive] = GENERATE(values<row>({
        {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "GET", framing::length, 5, true},
        {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "HEAD", framing::none, 5, true},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "GET", framing::chunked, 0, true},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "HEAD", framing::none, 0, true},
        {"HTTP/1.1 200 OK\r\n\r\n", "GET", framing::to_close, 0, false},
        {"HTTP/1.1 200 OK\r\n\r\n", "HEAD", framing::none, 0, true},
        {"HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", "GET", framing::length, 0, true},
        {"HTTP/1.1 100 Continue\r\n\r\n", "PUT", framing::none, 0, true},
        {"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", "POST", framing::none, 0, true},
        {"HTTP/1.1 204 No Content\r\n\r\n", "DELETE", framing::none, 0, true},
        {"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", "GET", framing::none, 5, true},
        {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n",
            "GET",
            framing::length,
            5,
            false},
        {"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n", "GET", framing::length, 5, false},
        {"HTTP/1.1 599 \xc3\xa4\t?\r\nContent-Length: 5\r\n\r\n", "GET", framing::length, 5, true},
    }));
    CAPTURE(bytes, method);
    const auto head = parse_response_head(bytes, method);
    REQUIRE(head.has_value());
    CHECK(head->body == body);
    CHECK(head->content_length == length);
    CHECK(head->keep_alive == keep_alive);
}

TEST_CASE("Malformed and ambiguous responses are refused")
{
    const auto bytes = GENERATE(values<std::string>({
        "",
        "\r\n\r\n",
        "200 OK\r\n\r\n",
        "HTTP/1.1\r\n\r\n",
        "HTTP/1.1 \r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 099 OK\r\n\r\n",
        "HTTP/1.1 600 OK\r\n\r\n",
        "HTTP/1.1 +20 OK\r\n\r\n",
        "HTTP/1.1 abc OK\r\n\r\n",
        "HTTP/1.1  200 OK\r\n\r\n",
        "HTTP/2 200 OK\r\n\r\n",
        "HTTP/1.1 200 O\x01K\r\n\r\n",
        "HTTP/1.1 200 OK\n\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: y\r\n z\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX : y\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
    }));
    CAPTURE(bytes);
    CHECK(parse_response_head(bytes, "GET").error() == errc::malformed_request);
}

TEST_CASE("A response has the limits of a request")
{
    const std::string line = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n";
    CHECK(parse_response_head(line + "X: " + std::string(head_bytes_max, 'a') + "\r\n\r\n", "GET")
              .error() == errc::headers_too_large);
    CHECK(parse_response_head(line + many_fields(fields_max) + "\r\n", "GET").error() ==
          errc::too_many_headers);
}
