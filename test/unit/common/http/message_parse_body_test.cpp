#include "common/http/message.hpp"
#include "test/unit/common/http/heads.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace smol;
using namespace smol::http;

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
