#include "bench/load/response.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace smol;
using namespace smol::load;

namespace {

struct head_row
{
    std::string_view text;
    unsigned status;
    framing body;
    std::uint64_t length;
    bool keep_alive;
    std::string_view location;
};

// Feeds `text` in pieces of `step` bytes: the payload, or "malformed"; "..." after it if not
// complete.
std::string read_body(response_head head, std::string_view text, std::size_t step)
{
    body_reader reader(head);
    std::string payload;
    while (!text.empty())
    {
        auto piece = text.substr(0, step);
        text.remove_prefix(piece.size());
        while (!piece.empty())
        {
            const auto did = reader.next(as_bytes(piece));
            if (did.is == progress::malformed)
                return "malformed";
            payload += as_text(did.data);
            piece.remove_prefix(did.consumed);
            if (reader.is_complete())
                return payload + std::string(piece) + std::string(text);
        }
    }
    return payload + "...";
}

response_head with(framing body, std::uint64_t length = 0)
{
    response_head made;
    made.body = body;
    made.length = length;
    return made;
}

}  // namespace

TEST_CASE("parse_head finds status, framing, keep-alive and Location")
{
    const auto want = GENERATE(values<head_row>({
        {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 200, framing::length, 5, true, ""},
        {"HTTP/1.1 200\r\ncontent-length:5\r\n\r\n", 200, framing::length, 5, true, ""},
        {"HTTP/1.1 201 Created\r\nCONTENT-LENGTH: \t 0 \r\n\r\n", 201, framing::none, 0, true, ""},
        {"HTTP/1.1 307 x\r\nLocation: http://a:1/b?c\r\nContent-Length: 0\r\n\r\n",
            307,
            framing::none,
            0,
            true,
            "http://a:1/b?c"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            200,
            framing::chunked,
            0,
            true,
            ""},
        {"HTTP/1.1 200 OK\r\n\r\n", 200, framing::until_close, 0, false, ""},
        {"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n", 200, framing::length, 1, false, ""},
        {"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\n",
            200,
            framing::length,
            1,
            true,
            ""},
        {"HTTP/1.1 503 No\r\nConnection: Close\r\nContent-Length: 2\r\n\r\n",
            503,
            framing::length,
            2,
            false,
            ""},
        {"HTTP/1.1 204 No Content\r\n\r\n", 204, framing::none, 0, true, ""},
        {"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", 304, framing::none, 9, true, ""},
        {"HTTP/1.1 100 Continue\r\n\r\n", 100, framing::none, 0, true, ""},
        {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n",
            200,
            framing::length,
            5,
            true,
            ""},
        {"HTTP/1.1 200 OK\r\nContent-Lengthy: x\r\nTE: y\r\nLink: z\r\nX:\r\nContent-Length: "
         "1\r\n\r\n",
            200,
            framing::length,
            1,
            true,
            ""},
    }));
    CAPTURE(want.text);
    response_head found;
    const auto text = std::string(want.text) + "body that follows\r\n\r\n";
    REQUIRE(parse_head(text, expected_body::by_head, found) == progress::complete);
    CHECK(found.status == want.status);
    CHECK(found.body == want.body);
    CHECK(found.length == want.length);
    CHECK(found.keep_alive == want.keep_alive);
    CHECK(found.location == want.location);
    CHECK(found.bytes == want.text.size());
    for (std::size_t i = 0; i < want.text.size(); ++i)
        REQUIRE(parse_head(want.text.substr(0, i), expected_body::by_head, found) ==
                progress::incomplete);
}

TEST_CASE("parse_head refuses what is not HTTP or could be read in two ways")
{
    const auto text = GENERATE(values<std::string>({
        "HTTP/2 200 OK\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 099 OK\r\n\r\n",
        "HTTP/1.1  200 OK\r\n\r\n",
        "HTTP/1.x 200 OK\r\n\r\n",
        "http/1.1 200 OK\r\n\r\n",
        "\r\n\r\n",
        "200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\n: nameless\r\n\r\n",
    }));
    CAPTURE(text);
    response_head found;
    CHECK(parse_head(text, expected_body::by_head, found) == progress::malformed);
}

TEST_CASE("the answer to HEAD has no body whatever it says")
{
    response_head found;
    REQUIRE(
        parse_head("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", expected_body::never, found) ==
        progress::complete);
    CHECK(found.body == framing::none);
}

TEST_CASE("bodies are read in pieces of any size")
{
    const auto step = GENERATE(std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{1'000});
    CAPTURE(step);
    CHECK(read_body(with(framing::length, 5), "hello", step) == "hello");
    CHECK(read_body(with(framing::length, 5), "hello, next", step) == "hello, next");
    CHECK(read_body(with(framing::length, 6), "hello", step) == "hello...");
    CHECK(read_body(with(framing::until_close), "hello", step) == "hello...");
    CHECK(read_body(with(framing::chunked), "5\r\nhello\r\n0\r\n\r\n", step) == "hello");
    CHECK(read_body(with(framing::chunked),
              "2;x=y\r\nhe\r\n3\r\nllo\r\n0\r\nTrailer: a\r\n\r\n",
              step) == "hello");
    CHECK(read_body(with(framing::chunked), "00A\r\n0123456789\r\n0\r\n\r\n+", step) ==
          "0123456789+");
    CHECK(read_body(with(framing::chunked), "5\r\nhello\r\n0\r\n", step) == "hello...");
}

TEST_CASE("chunks that are no chunks are refused")
{
    const auto text = GENERATE(values<std::string>({"\r\n",
        "x\r\n",
        "-1\r\n",
        " 5\r\nhello\r\n",
        "5 \r\nhello\r\n",
        "5\nhello\r\n",
        "5\r\nhelloX\r\n0\r\n\r\n",
        "5\r\nhello0\r\n\r\n",
        "1234567890abcdef0\r\n"}));
    CAPTURE(text);
    CHECK(read_body(with(framing::chunked), text, 4) == "malformed");
}

TEST_CASE("dropped bytes count as read")
{
    body_reader reader(with(framing::length, 10));
    CHECK(reader.bytes_left() == 10);
    reader.skip(4);
    CHECK(reader.bytes_left() == 6);
    CHECK_FALSE(reader.is_complete());
    reader.skip(6);
    CHECK(reader.is_complete());
    CHECK(body_reader(with(framing::chunked)).bytes_left() == 0);
    CHECK(body_reader(with(framing::until_close)).ends_with_connection());
    CHECK_FALSE(body_reader(with(framing::length, 1)).ends_with_connection());
}
