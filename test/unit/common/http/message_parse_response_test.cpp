#include "common/http/message.hpp"
#include "test/unit/common/http/heads.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace smol;
using namespace smol::http;

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
