#include "common/base/digest.hpp"
#include "common/base/hex.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <utility>

using namespace smol;

namespace {

std::string many_bytes()
{
    std::string bytes;
    for (int at = 0; at < 100'000; ++at)
        bytes += static_cast<char>(at * 31 % 251);
    return bytes;
}

// The digest of `bytes`, fed in pieces of `piece`.
template <typename Stream>
Stream fed(std::string_view bytes, std::size_t piece)
{
    Stream stream;
    for (std::size_t at = 0; at < bytes.size(); at += piece)
        stream.update(as_bytes(bytes.substr(at, piece)));
    return stream;
}

}  // namespace

TEST_CASE("md5_of gives the digests of RFC 1321")
{
    struct row
    {
        std::string_view bytes;
        std::string_view digits;
    };
    const auto [bytes, digits] = GENERATE(values<row>({
        {"", "d41d8cd98f00b204e9800998ecf8427e"},
        {"a", "0cc175b9c0f1b6a831c399e269772661"},
        {"abc", "900150983cd24fb0d6963f7d28e17f72"},
        {"message digest", "f96b697d7cb7938d525a2f31aaf161d0"},
        {"abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"},
    }));
    CHECK(to_hex(md5_of(bytes)) == digits);
}

TEST_CASE("xxh3_of gives the canonical digest of the algorithm's reference")
{
    CHECK(to_hex(xxh3_of("")) == "99aa06d3014798d86001c324468d497f");
    CHECK(to_hex(xxh3_of("abc")) == "06b05ab6733a618578af5f94892f3950");
}

TEST_CASE("A stream gives the same digest however its bytes are cut")
{
    const auto bytes = many_bytes();
    const auto piece = GENERATE(1, 3, 64, 255, 4096, 99'999, 100'000);
    CAPTURE(piece);
    CHECK(fed<md5_stream>(bytes, static_cast<std::size_t>(piece)).finish() == md5_of(bytes));
    CHECK(fed<xxh3_stream>(bytes, static_cast<std::size_t>(piece)).value() == xxh3_of(bytes));
}

TEST_CASE("A stream that was fed nothing has the digest of nothing")
{
    CHECK(md5_stream().finish() == md5_of(""));
    CHECK(xxh3_stream().value() == xxh3_of(""));
}

TEST_CASE("xxh3_stream tells the digest so far and goes on")
{
    xxh3_stream stream;
    stream.update(as_bytes("one"));
    CHECK(stream.value() == xxh3_of("one"));
    stream.update(as_bytes("two"));
    CHECK(stream.value() == xxh3_of("onetwo"));
}

TEST_CASE("A stream that was moved goes on where it was")
{
    md5_stream md5;
    md5.update(as_bytes("one"));
    auto moved = std::move(md5);
    moved.update(as_bytes("two"));
    CHECK(moved.finish() == md5_of("onetwo"));
}

TEST_CASE("One flipped bit changes both digests")
{
    auto bytes = many_bytes();
    const auto md5 = md5_of(bytes);
    const auto xxh3 = xxh3_of(bytes);
    bytes[77'777] = static_cast<char>(bytes[77'777] ^ 1);
    CHECK(md5_of(bytes) != md5);
    CHECK(xxh3_of(bytes) != xxh3);
}
