#include "common/wire/record.hpp"
#include "volume/get_plan.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace smol;

constexpr std::uint64_t generation = 784'111'777'000'123;  // Sun, 06 Nov 1994 08:49:37 GMT

wire::description ten_bytes()
{
    wire::description about;
    about.key = "k";
    about.generation = generation;
    about.size = 10;
    about.xxh3 = xxh3_of("0123456789");
    about.md5 = md5_of("0123456789");
    about.headers.meta = {{"colour", "blue"}};
    return about;
}

http::request_head request(std::string_view method, http::fields headers)
{
    http::request_head head;
    head.method = method;
    head.target = "/k";
    head.headers = std::move(headers);
    return head;
}

volume::get_plan plan(std::string_view method, std::string_view name, std::string_view value)
{
    http::fields headers;
    if (!name.empty())
        headers.add(name, value);
    return volume::plan_get(request(method, std::move(headers)), ten_bytes());
}

TEST_CASE("a GET gives all of the value and what was stored with it")
{
    const auto whole = plan("GET", "", "");
    CHECK(whole.status == 200);
    CHECK(whole.range == http::byte_range{0, 10});
    CHECK(whole.headers.find("ETag") == wire::etag_of(xxh3_of("0123456789")));
    CHECK(whole.headers.find("Last-Modified") == "Sun, 06 Nov 1994 08:49:37 GMT");
    CHECK(whole.headers.find("Content-Type") == "application/octet-stream");
    CHECK(whole.headers.find("Content-MD5") == "781e5e245d69b566979b86e28d23f2c7");
    CHECK(whole.headers.find("Smol-Meta-Colour") == "blue");
    CHECK(whole.headers.find("Accept-Ranges") == "bytes");
}

TEST_CASE("the content type of the PUT takes the place of the default")
{
    auto about = ten_bytes();
    about.headers.content_type = "text/plain";
    const auto whole = volume::plan_get(request("GET", {}), about);
    CHECK(whole.headers.count("Content-Type") == 1);
    CHECK(whole.headers.find("Content-Type") == "text/plain");
}

TEST_CASE("ranges are honoured for GET, and what may be ignored is ignored")
{
    struct row
    {
        std::string_view method, range;
        unsigned status;
        http::byte_range sent;
    };
    const auto [method, range, status, sent] = GENERATE(values<row>({
        {"GET", "bytes=2-4", 206, {2, 5}},
        {"GET", "bytes=-3", 206, {7, 10}},
        {"GET", "bytes=5-99", 206, {5, 10}},
        {"HEAD", "bytes=2-4", 200, {0, 10}},
        {"GET", "bytes=4-2", 200, {0, 10}},
        {"GET", "bytes=0-1,3-4", 200, {0, 10}},
        {"GET", "lines=0-1", 200, {0, 10}},
        {"GET", "bytes=10-", 416, {0, 0}},
        {"GET", "bytes=-0", 416, {0, 0}},
    }));
    CAPTURE(method, range);
    const auto planned = plan(method, "Range", range);
    CHECK(planned.status == status);
    CHECK(planned.range.size() == sent.size());
    if (status == 206)
        CHECK(planned.range == sent);
    CHECK((planned.refusal == errc::range_unsatisfiable) == (status == 416));
    CHECK(planned.headers.find("Content-Range").has_value() == (status == 206 || status == 416));
}

TEST_CASE("conditions come before ranges")
{
    const auto etag = wire::etag_of(xxh3_of("0123456789"));
    struct row
    {
        std::string_view method, name;
        std::string value;
        unsigned status;
    };
    const auto [method, name, value, status] = GENERATE_COPY(values<row>({
        {"GET", "If-None-Match", etag, 304},
        {"HEAD", "If-None-Match", "*", 304},
        {"GET", "If-None-Match", "\"other\"", 206},
        {"GET", "If-Modified-Since", "Sun, 06 Nov 1994 08:49:37 GMT", 304},
        {"GET", "If-Modified-Since", "Sun, 06 Nov 1994 08:49:36 GMT", 206},
        {"GET", "If-Match", "\"other\"", 412},
        {"GET", "If-Match", "W/" + etag, 412},
        {"GET", "If-Unmodified-Since", "Sun, 06 Nov 1994 08:49:36 GMT", 412},
        {"GET", "If-Range", etag, 206},
        {"GET", "If-Range", "\"other\"", 200},
    }));
    CAPTURE(name, value);
    http::fields headers;
    headers.add(name, value);
    headers.add("Range", "bytes=0-0");
    const auto planned = volume::plan_get(request(method, std::move(headers)), ten_bytes());
    CHECK(planned.status == status);
    CHECK((planned.refusal == errc::precondition_failed) == (status == 412));
    CHECK(planned.headers.find("ETag") == etag);
}

TEST_CASE("only a request without condition and range asks for the whole value")
{
    const auto asks = [](std::string_view method, std::string_view name) {
        http::fields headers;
        headers.add("Accept", "*/*");
        headers.add(name, "x");
        return volume::asks_for_whole(request(method, std::move(headers)));
    };
    CHECK(asks("GET", "Cookie"));
    CHECK(asks("HEAD", "If-Range"));
    for (const auto* name :
        {"Range", "range", "If-Match", "If-None-Match", "If-Modified-Since", "if-unmodified-since"})
    {
        CAPTURE(name);
        CHECK_FALSE(asks("GET", name));
    }
}

TEST_CASE("the fields of the whole value are those of the plan, as they are sent")
{
    http::response_head planned;
    planned.headers = plan("GET", "", "").headers;
    http::response_head ready;
    const auto fields = volume::whole_value_fields(ten_bytes());
    ready.printed = fields;
    CHECK(http::print(ready) == http::print(planned));
    CHECK(fields.find("Smol-Meta-colour: blue\r\n") != fields.npos);
}

TEST_CASE("every range of an empty value is beyond its end")
{
    auto about = ten_bytes();
    about.size = 0;
    http::fields headers;
    headers.add("Range", "bytes=0-");
    CHECK(volume::plan_get(request("GET", headers), about).status == 416);
    CHECK(volume::plan_get(request("GET", {}), about).status == 200);
}

}  // namespace
