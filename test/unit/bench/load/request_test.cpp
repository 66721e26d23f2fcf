#include "bench/load/request.hpp"

#include <catch2/catch.hpp>

using namespace smol::load;

TEST_CASE("append_head writes each method with what it needs")
{
    std::string text;
    append_head({method::get, "a:1", "/k", 0, expectation::none}, text);
    CHECK(text == "GET /k HTTP/1.1\r\nHost: a:1\r\n\r\n");
    text.clear();
    append_head({method::remove, "a:1", "", 0, expectation::none}, text);
    CHECK(text == "DELETE / HTTP/1.1\r\nHost: a:1\r\n\r\n");
    text.clear();
    append_head({method::put, "a", "/k?x", 0, expectation::none}, text);
    CHECK(text == "PUT /k?x HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
    text.clear();
    append_head({method::put, "a", "/k", 18'446'744'073'709'551'615U, expectation::proceed}, text);
    CHECK(text == "PUT /k HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551615\r\n"
                  "Expect: 100-continue\r\n\r\n");
}

TEST_CASE("targets are made of prefix, run and number, and appended")
{
    const key_naming names{"/bucket", "r", "list"};
    std::string text = ">";
    append_key_target(names, 0, text);
    append_key_target({"", "r", ""}, 42, text);
    CHECK(text == ">/bucket/r/0/r/42");
    text.clear();
    append_list_target(names, text);
    CHECK(text == "/bucket/r/?list");
}
