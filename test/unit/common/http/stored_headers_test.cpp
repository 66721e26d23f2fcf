#include "common/http/stored_headers.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace smol;
using namespace smol::http;

namespace {

fields with(std::string_view name, std::string_view value)
{
    fields headers;
    headers.add(name, value);
    return headers;
}

}  // namespace

TEST_CASE("Content-Type and Smol-Meta-* are kept, in their order, and given back")
{
    fields request;
    request.add("Host", "h");
    request.add("smol-meta-Colour", "dark blue");
    request.add("Content-Type", "text/plain; charset=utf-8");
    request.add("SMOL-META-B", "");
    request.add("Smol-Other", "x");
    request.add("X-Smol-Meta-C", "x");
    const auto kept = take_stored_headers(request).value();
    CHECK(kept.content_type == "text/plain; charset=utf-8");
    REQUIRE(kept.meta.size() == 2);
    CHECK(kept.meta[0] == std::pair<std::string, std::string>("colour", "dark blue"));
    CHECK(kept.meta[1] == std::pair<std::string, std::string>("b", ""));
    fields response;
    response.add("Content-Type", "application/octet-stream");
    give_stored_headers(kept, response);
    CHECK(response.size() == 3);
    CHECK(response.find("Content-Type") == "text/plain; charset=utf-8");
    CHECK(response.find("Smol-Meta-Colour") == "dark blue");
    CHECK(response.find("Smol-Meta-b") == "");
    CHECK(take_stored_headers(response).value() == kept);
}

TEST_CASE("Nothing kept gives nothing back")
{
    const auto kept = take_stored_headers({}).value();
    CHECK(kept == stored_headers{});
    fields response;
    give_stored_headers(kept, response);
    CHECK(response.size() == 0);
}

TEST_CASE("Headers that cannot be kept faithfully are refused")
{
    struct row
    {
        std::string name;
        std::string value;
    };
    const auto [name, value] = GENERATE(values<row>({
        {"Smol-Meta-", "x"},
        {"Smol-Meta-a b", "x"},
        {"Smol-Meta-a/b", "x"},
        {"Smol-Meta-\xc3\xa4", "x"},
        {"Smol-Meta-a", "x\ny"},
        {"Smol-Meta-a", "x\ty"},
        {"Smol-Meta-a", "\x7f"},
        {"Smol-Meta-a", std::string(1, '\0')},
        {"Content-Type", "text/plain\n"},
        {"Content-Type", std::string("text\0", 5)},
    }));
    CAPTURE(name, value);
    CHECK(take_stored_headers(with(name, value)).error() == errc::malformed_request);
}

TEST_CASE("A name given twice is refused, in whatever case")
{
    auto request = with("Smol-Meta-a", "x");
    request.add("smol-meta-A", "x");
    CHECK(take_stored_headers(request).error() == errc::malformed_request);
    request = with("Content-Type", "text/plain");
    request.add("content-type", "text/plain");
    CHECK(take_stored_headers(request).error() == errc::malformed_request);
}

TEST_CASE("The limits count what is written to disk")
{
    CHECK(take_stored_headers(with("Content-Type", std::string(256, 'a'))).has_value());
    CHECK(take_stored_headers(with("Content-Type", std::string(257, 'a'))).error() ==
          errc::meta_too_large);
    CHECK(take_stored_headers(with("Content-Type", std::string(86, ' '))).error() ==
          errc::meta_too_large);
    CHECK(take_stored_headers(with("Smol-Meta-a", std::string(2047, 'x'))).has_value());
    CHECK(take_stored_headers(with("Smol-Meta-a", std::string(2048, 'x'))).error() ==
          errc::meta_too_large);
    CHECK(take_stored_headers(with("Smol-Meta-a", std::string(682, '%'))).has_value());
    CHECK(take_stored_headers(with("Smol-Meta-a", std::string(683, '%'))).error() ==
          errc::meta_too_large);
    auto request = with("Smol-Meta-a", std::string(1023, 'x'));
    request.add("Smol-Meta-b", std::string(1023, 'x'));
    CHECK(take_stored_headers(request).has_value());
    request.add("Smol-Meta-c", "");
    CHECK(take_stored_headers(request).error() == errc::meta_too_large);
}

TEST_CASE("encode_stored leaves visible ASCII but for two bytes")
{
    CHECK(encode_stored("text/plain;q=\"a%b\"") == "text/plain;q%3D\"a%25b\"");
    for (int value = 0; value < 256; ++value)
    {
        const bool stays = value > ' ' && value < 0x7f && value != '%' && value != '=';
        CAPTURE(value);
        CHECK(encode_stored(std::string(1, static_cast<char>(value))).size() == (stays ? 1 : 3));
    }
}
