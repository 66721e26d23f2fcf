#include "common/http/message.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>

using namespace smol;
using namespace smol::http;

TEST_CASE("Fields keep their order, and names compare without regard to case")
{
    fields headers;
    headers.add("A", "1");
    headers.add("b", "2");
    headers.add("a", "3");
    CHECK(headers.size() == 3);
    CHECK(headers.find("a") == "1");
    CHECK(headers.find("B") == "2");
    CHECK(headers.count("A") == 2);
    CHECK_FALSE(headers.find("c").has_value());
    CHECK(headers.count("c") == 0);
    headers.set("A", "4");
    CHECK(headers.count("a") == 1);
    CHECK(headers.find("a") == "4");
    headers.remove("B");
    CHECK(headers.size() == 1);
    headers.remove("missing");
    CHECK(headers.size() == 1);
}

TEST_CASE("Fields are lines, and a value that would end its line is not printed as it is")
{
    fields headers;
    headers.add("A", {"x", "", "-y"});
    headers.add("C", "");
    CHECK(headers.lines() == "A: x-y\r\nC: \r\n");
    CHECK(headers.are_lines());
    const auto bad = GENERATE(values<std::string>(
        {"\r\nB: evil", "\r", "x\n", std::string(1, '\0'), std::string(100, 'x') + "\n"}));
    headers.add("D", bad);
    CHECK_FALSE(headers.are_lines());
    CHECK(headers.find("D") == bad);
    CHECK_FALSE(headers.find("B"));
    response_head head;
    head.headers = headers;
    const auto text = print(head);
    CHECK(std::count(text.begin(), text.end(), '\n') == 6);
    CHECK(std::count(text.begin(), text.end(), '\r') == 6);
    CHECK(text.find('\0') == text.npos);
    headers.remove("D");
    CHECK(headers.are_lines());
    headers.add("E", bad);
    headers.clear();
    CHECK(headers.are_lines());
}

TEST_CASE("Fields can be walked, changed and forgotten")
{
    fields headers;
    headers.add("A", "x");
    headers.add("C", "");
    headers.add("D", "y");
    CHECK(headers[2].name == "D");
    std::string names;
    for (const auto& each : headers)
        names += each.name;
    CHECK(names == "ACD");
    headers.set("A", *headers.find("A"));
    CHECK(headers.find("A") == "x");
    headers.remove("C");
    CHECK(headers.lines() == "D: y\r\nA: x\r\n");
    const auto copy = headers;
    headers.clear();
    CHECK(headers.size() == 0);
    CHECK(headers.lines().empty());
    CHECK(headers.begin() == headers.end());
    CHECK(copy.find("d") == "y");
}

TEST_CASE("What is printed by the message itself is not printed twice")
{
    response_head head;
    head.content_length = 7;
    head.headers.add("A", "b");
    head.headers.add("content-length", "8");
    head.headers.add("Connection", "upgrade");
    head.headers.add("Expected", "c");
    CHECK(print(head) == "HTTP/1.1 200 OK\r\nA: b\r\nExpected: c\r\nContent-Length: 7\r\n\r\n");
    std::string text = "before ";
    append_beginning(text, head);
    text += "More: x\r\n";
    append_end(text, head);
    CHECK(text == "before HTTP/1.1 200 OK\r\nA: b\r\nExpected: c\r\nMore: x\r\n"
                  "Content-Length: 7\r\n\r\n");
}

TEST_CASE("A head can be parsed into another one's memory")
{
    request_head head;
    REQUIRE(parse_request_head(
        "PUT /a HTTP/1.0\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\n", head));
    REQUIRE(parse_request_head("GET /b HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\r\n", head));
    CHECK(head.method == "GET");
    CHECK(head.target == "/b");
    CHECK(head.version == 11);
    CHECK(head.headers.lines() == "Host: x\r\nExpect: 100-continue\r\n");
    CHECK(head.body == framing::none);
    CHECK(head.content_length == 0);
    CHECK(head.keep_alive);
    CHECK(head.expects_continue);
    CHECK(parse_request_head("GET /b\r\n\r\n", head).error() == errc::malformed_request);
}

TEST_CASE("equal_names folds ASCII letters and nothing else")
{
    CHECK(equal_names("", ""));
    CHECK(equal_names("Content-Length", "content-LENGTH"));
    CHECK_FALSE(equal_names("a", ""));
    CHECK_FALSE(equal_names("a", "ab"));
    CHECK_FALSE(equal_names("@", "`"));
    CHECK_FALSE(equal_names("[", "{"));
    CHECK_FALSE(equal_names("\xc4", "\xe4"));
}

TEST_CASE("find_head_end finds the empty line, if need be one without CR")
{
    struct row
    {
        std::string bytes;
        std::size_t end;
    };
    const auto [bytes, end] = GENERATE(values<row>({
        {"", 0},
        {"GET / HTTP/1.1", 0},
        {"GET / HTTP/1.1\r\n", 0},
        {"GET / HTTP/1.1\r\n\r", 0},
        {"GET / HTTP/1.1\r\nA: b\r\n", 0},
        {"x\r\n\r\n", 5},
        {"x\r\n\r\nbody\r\n\r\n", 5},
        {"x\r\nA: b\r\n\r\n", 11},
        {"x\n\n", 3},  // refused later, but at once
        {"x\n\r\n", 4},
        {"\r\n\r\n", 4},
        {"x\r\r\n", 0},
    }));
    CAPTURE(bytes);
    CHECK(find_head_end(bytes) == end);
}

TEST_CASE("A printed request is parsed as what it was")
{
    request_head head;
    head.method = "PUT";
    head.target = "/k?x=y";
    head.headers.add("Host", "localhost:9000");
    head.headers.add("Content-Type", "text/plain");
    head.body = GENERATE(framing::none, framing::length, framing::chunked);
    head.content_length = head.body == framing::length ? 7 : 0;
    head.keep_alive = GENERATE(true, false);
    head.version = GENERATE(10U, 11U);
    head.expects_continue = head.version == 11;
    if (head.version == 10 && head.body == framing::chunked)
        return;
    const auto text = print(head);
    CAPTURE(text);
    CHECK(find_head_end(text) == text.size());
    const auto parsed = parse_request_head(text).value();
    CHECK(parsed.method == "PUT");
    CHECK(parsed.target == "/k?x=y");
    CHECK(parsed.version == head.version);
    CHECK(parsed.headers.find("content-type") == "text/plain");
    CHECK(parsed.body == head.body);
    CHECK(parsed.content_length == head.content_length);
    CHECK(parsed.keep_alive == head.keep_alive);
    CHECK(parsed.expects_continue == head.expects_continue);
    CHECK(parse_request_head(print(parsed)).has_value());  // framing is not printed twice
    CHECK(print(parsed) == text);
}

TEST_CASE("A printed response is parsed as what it was")
{
    response_head head;
    head.status = GENERATE(200U, 201U, 404U, 503U);
    head.headers.add("ETag", "\"x\"");
    head.body = GENERATE(framing::length, framing::chunked, framing::to_close);
    head.content_length = head.body == framing::length ? 7 : 0;
    head.keep_alive = head.body != framing::to_close && GENERATE(true, false);
    const auto text = print(head);
    CAPTURE(text);
    const auto parsed = parse_response_head(text, "GET").value();
    CHECK(parsed.status == head.status);
    CHECK(parsed.headers.find("etag") == "\"x\"");
    CHECK(parsed.body == head.body);
    CHECK(parsed.content_length == head.content_length);
    CHECK(parsed.keep_alive == head.keep_alive);
}

TEST_CASE("Responses without a body print no length that would be a lie")
{
    response_head head;
    head.status = GENERATE(100U, 101U, 204U, 304U);
    head.content_length = 7;
    CHECK(print(head).find("Content-Length") == std::string::npos);
    CHECK(print(head).find("Transfer-Encoding") == std::string::npos);
    head.body = framing::chunked;
    CHECK(print(head).find("Transfer-Encoding") == std::string::npos);
}

TEST_CASE("Fields that were printed before follow the others")
{
    response_head head;
    head.headers.add("Date", "x");
    fields common;
    common.add("ETag", "\"x\"");
    common.add("A", "b\r\nc");
    common.add("Content-Length", "7");
    const auto printed = print_fields(common);
    head.printed = printed;
    CHECK(print(head) ==
          "HTTP/1.1 200 OK\r\nDate: x\r\nETag: \"x\"\r\nA: b  c\r\nContent-Length: 0\r\n\r\n");
    CHECK(print_fields({}).empty());
}

TEST_CASE("A response that may have a body and has none says so")
{
    response_head head;
    head.body = framing::none;
    CHECK(print(head) == "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    head.body = framing::length;
    head.content_length = 18'446'744'073'709'551'615U;
    CHECK(print(head) == "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n");
}

TEST_CASE("An upgrade is announced on both sides")
{
    request_head request;
    request.method = "POST";
    request.target = "/-/join";
    request.headers.add("Host", "h");
    request.headers.add("Upgrade", "smol-heartbeat");
    CHECK(print(request).find("\r\nConnection: upgrade\r\n") != std::string::npos);
    response_head response;
    response.status = 101;
    CHECK(print(response).find("\r\nConnection: upgrade\r\n") != std::string::npos);
}

TEST_CASE("No value can end its line")
{
    response_head head;
    head.headers.add("Location", "http://h/\r\nSet-Cookie: forged\r\n\r\nbody");
    head.headers.add("X", std::string("a\nb\0c", 5));
    const auto text = print(head);
    CHECK(text.find("\nSet-Cookie") == std::string::npos);
    CHECK(find_head_end(text) == text.size());
    const auto parsed = parse_response_head(text, "GET").value();
    CHECK(parsed.headers.find("X") == "a b c");
    CHECK_FALSE(parsed.headers.find("Set-Cookie").has_value());
}

TEST_CASE("reason_phrase knows the statuses in use, and has a word for others")
{
    CHECK(reason_phrase(200) == "OK");
    CHECK(reason_phrase(307) == "Temporary Redirect");
    CHECK(reason_phrase(507) == "Insufficient Storage");
    CHECK_FALSE(reason_phrase(299).empty());
    CHECK_FALSE(reason_phrase(0).empty());
}
