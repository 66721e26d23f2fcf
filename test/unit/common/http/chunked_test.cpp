#include "common/http/chunked.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace smol;
using namespace smol::http;

namespace {

struct outcome
{
    error_code failure;
    std::string data;
    std::size_t consumed = 0;
    bool finished = false;
};

// Feeds `piece` to the decoder until it takes no more of it.
void feed(chunked_decoder& decoder, std::string_view piece, outcome& so_far)
{
    while (!piece.empty() && !so_far.failure && !so_far.finished)
    {
        const auto step = decoder.next(as_bytes(piece));
        if (!step)
        {
            so_far.failure = step.error();
            return;
        }
        REQUIRE(step->consumed > 0);
        REQUIRE(step->consumed <= piece.size());
        so_far.data += as_text(step->data);
        so_far.consumed += step->consumed;
        so_far.finished = step->finished;
        piece.remove_prefix(step->consumed);
    }
}

outcome decoded(const std::vector<std::string_view>& pieces)
{
    chunked_decoder decoder;
    outcome all;
    for (const auto piece : pieces)
        feed(decoder, piece, all);
    return all;
}

outcome decoded_by_byte(std::string_view body)
{
    std::vector<std::string_view> pieces;
    for (std::size_t at = 0; at < body.size(); ++at)
        pieces.push_back(body.substr(at, 1));
    return decoded(pieces);
}

std::string chunk_with_extension(std::size_t bytes)
{
    return "1" + std::string(";") + std::string(bytes - 1, 'e') + "\r\nx\r\n";
}

}  // namespace

TEST_CASE("The decoder gives the data, and consumes up to the end of the trailers")
{
    struct row
    {
        std::string body;
        std::string data;
    };
    const auto [body, data] = GENERATE(values<row>({
        {"0\r\n\r\n", ""},
        {"000\r\n\r\n", ""},
        {"5\r\nhello\r\n0\r\n\r\n", "hello"},
        {"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", "hello world"},
        {"a\r\n0123456789\r\n0\r\n\r\n", "0123456789"},
        {"A\r\n0123456789\r\n0\r\n\r\n", "0123456789"},
        {"0000000000000005\r\nhello\r\n0\r\n\r\n", "hello"},
        {"4\r\n\r\n\r\n\r\n0\r\n\r\n", "\r\n\r\n"},  // data that looks like framing
        {"5\r\n0\r\n\r\n\r\n0\r\n\r\n", "0\r\n\r\n"},
        {"5;name=value\r\nhello\r\n0;last\r\n\r\n", "hello"},
        {"5;a=\"q;,\"\r\nhello\r\n0\r\n\r\n", "hello"},
        {"5\r\nhello\r\n0\r\nDigest: x\r\nOther:y\r\n\r\n", "hello"},
        {"0\r\nEmpty:\r\n\r\n", ""},
    }));
    CAPTURE(body);
    const auto followed = body + "GET / HTTP/1.1\r\n";
    for (const auto& all : {decoded({followed}), decoded_by_byte(followed)})
    {
        CHECK_FALSE(all.failure);
        CHECK(all.finished);
        CHECK(all.data == data);
        CHECK(all.consumed == body.size());
    }
}

TEST_CASE("The decoder gives the same however the body is cut in three")
{
    const std::string body = "3;x=y\r\nabc\r\n10\r\n0123456789abcdef\r\n0\r\nA: b\r\n\r\n";
    const std::string_view text = body;
    for (std::size_t first = 0; first <= body.size(); ++first)
    {
        for (std::size_t second = first; second <= body.size(); ++second)
        {
            CAPTURE(first, second);
            const auto all = decoded(
                {text.substr(0, first), text.substr(first, second - first), text.substr(second)});
            CHECK_FALSE(all.failure);
            CHECK(all.finished);
            CHECK(all.data == "abc0123456789abcdef");
        }
    }
}

TEST_CASE("No truncation of a body is taken for its end")
{
    const std::string body = "3\r\nabc\r\n0\r\nA: b\r\n\r\n";
    for (std::size_t length = 0; length < body.size(); ++length)
    {
        CAPTURE(length);
        const auto all = decoded({std::string_view(body).substr(0, length)});
        CHECK_FALSE(all.failure);
        CHECK_FALSE(all.finished);
    }
}

TEST_CASE("Data lies within the consumed input and is not copied")
{
    chunked_decoder decoder;
    const std::string body = "5\r\nhello\r\n";
    const auto step = decoder.next(as_bytes(body)).value();
    CHECK(step.consumed == 8);
    CHECK(as_text(step.data).data() == body.data() + 3);
}

TEST_CASE("The decoder refuses what another reader might read differently")
{
    const auto body = GENERATE(values<std::string>({
        "\r\n",
        "\n",
        ";x\r\n",
        "x\r\n",
        " 5\r\nhello\r\n",
        "5 \r\nhello\r\n",
        "5\t\r\nhello\r\n",
        "5 ;x\r\nhello\r\n",
        "+5\r\nhello\r\n",
        "-5\r\nhello\r\n",
        "0x5\r\nhello\r\n",
        "5h\r\nhello\r\n",
        "5\nhello\r\n",
        "5\rhello\r\n",
        "5\r\rhello\r\n",
        "5\r\nhello\n",
        "5\r\nhello\rX",
        "5\r\nhelloX\r\n",
        "5\r\nhello world\r\n",
        "5\r\nhello\n0\r\n\r\n",
        "5\r\nhello0\r\n\r\n",
        "5\r\nhello\r\n\r\n",
        "5;x\nhello\r\n",
        "5;x\rhello\r\n",
        "5;x\n\r\nhello\r\n",
        std::string("5;\0\r\n", 5),
        "5;\x7f\r\n",
        "5;\x1b\r\n",
        "00000000000000005\r\nhello\r\n",  // 17 digits
        "10000000000000000\r\n",
        "fffffffffffffffff\r\n",
        "0\r\n\n",
        "0\r\nA: b\n\r\n",
        "0\r\nA: b\r\n\n",
        "0\r\nA: b\rc\r\n\r\n",
        "0\r\n\rA\r\n",
        "0\r\nA\r\n\r\n",
        "0\r\n: b\r\n\r\n",
        "0\r\nA : b\r\n\r\n",
        "0\r\n A: b\r\n\r\n",
        "0\r\nA: b\r\n c\r\n\r\n",  // obs-fold
        "0\r\nA: b\x01\r\n\r\n",
        "0\r\nA\x80: b\r\n\r\n",
        std::string("0\r\nA: \0\r\n\r\n", 11),
    }));
    CAPTURE(body);
    for (const auto& all : {decoded({body + "\n"}), decoded_by_byte(body + "\n")})
    {
        CHECK(all.failure == errc::malformed_request);
        CHECK_FALSE(all.finished);
    }
}

TEST_CASE("Sixteen digits are the largest chunk, and still only as long as what arrives")
{
    const auto all = decoded({"ffffffffffffffff\r\nabc"});
    CHECK_FALSE(all.failure);
    CHECK_FALSE(all.finished);
    CHECK(all.data == "abc");
}

TEST_CASE("Extensions have a limit for each chunk and one for the body")
{
    CHECK_FALSE(decoded({chunk_with_extension(256)}).failure);
    CHECK(decoded({chunk_with_extension(257)}).failure == errc::headers_too_large);
    std::string body;
    for (int chunk = 0; chunk < 16; ++chunk)
        body += chunk_with_extension(256);
    CHECK_FALSE(decoded({body}).failure);
    CHECK(decoded({body + "1;\r\n"}).failure == errc::headers_too_large);
}

TEST_CASE("Trailers have a limit, in many lines or in one")
{
    const auto trailers = GENERATE(values<std::string>({
        "A: " + std::string(5000, 'x'),
        std::string(5000, 'x'),
    }));
    CHECK(decoded({"0\r\n" + trailers}).failure == errc::headers_too_large);
    std::string lines;
    while (lines.size() <= 4096)
        lines += "A: b\r\n";
    CHECK(decoded({"0\r\n" + lines}).failure == errc::headers_too_large);
    const auto fits = "0\r\nA: " + std::string(4096 - 7, 'x') + "\r\n\r\n";
    CHECK(decoded({fits}).finished);
}

TEST_CASE("After the end the decoder consumes nothing")
{
    chunked_decoder decoder;
    const auto end = decoder.next(as_bytes(last_chunk)).value();
    CHECK(end.finished);
    const auto after = decoder.next(as_bytes("5\r\n")).value();
    CHECK(after.consumed == 0);
    CHECK(after.finished);
}

TEST_CASE("What is printed as a chunk is decoded")
{
    const std::string data(300, 'd');
    const auto body =
        chunk_prefix(data.size()) + data + std::string(chunk_suffix) + std::string(last_chunk);
    CHECK(chunk_prefix(300) == "12c\r\n");
    CHECK(decoded({body}).data == data);
    CHECK(decoded({body}).finished);
}
