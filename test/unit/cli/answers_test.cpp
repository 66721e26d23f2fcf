#include "cli/answers.hpp"

#include <catch2/catch.hpp>

using namespace smol;

TEST_CASE("a page of keys gives their bytes and where to go on")
{
    const auto page = cli::parse_key_page(R"({"keys":["/a","/b%20c/%ff","//d"],"next":"/e%20"})");
    REQUIRE(page.has_value());
    CHECK(page->keys == std::vector<std::string>{"a", "b c/\xff", "/d"});
    CHECK(page->next == "/e%20");
    CHECK(cli::parse_key_page(R"({"keys":[],"next":"","more":1})")->keys.empty());
}

TEST_CASE("a page that is cut or odd is refused, never taken for a short one")
{
    const auto text = GENERATE(as<std::string>{},
        "",
        "{",
        "[]",
        "null",
        "{}",
        R"({"keys":["/a"]})",
        R"({"next":""})",
        R"({"keys":["/a","/b")",
        R"({"keys":["/a"],"next":"")",
        R"({"keys":["/a"],"next":""} x)",
        R"({"keys":"/a","next":""})",
        R"({"keys":[1],"next":""})",
        R"({"keys":[null],"next":""})",
        R"({"keys":["a"],"next":""})",
        R"({"keys":["/"],"next":""})",
        R"({"keys":["/%zz"],"next":""})",
        R"({"keys":["/-/x"],"next":""})");
    CAPTURE(text);
    CHECK_FALSE(cli::parse_key_page(text).has_value());
}

TEST_CASE("a location has a URL or is refused")
{
    CHECK(*cli::parse_location(R"({"method":"PUT","url":"http://h:1/k?t","expires":1})") ==
          "http://h:1/k?t");
    const auto text = GENERATE(as<std::string>{},
        "",
        "x",
        "{}",
        "[]",
        R"({"url":""})",
        R"({"url":7})",
        R"({"URL":"http://h"})");
    CAPTURE(text);
    CHECK_FALSE(cli::parse_location(text).has_value());
}

TEST_CASE("facts of a value come with its replicas")
{
    const auto facts = cli::parse_value_facts(
        R"({"key":"/k","state":"live","generation":1763818031000123,"size":7,"etag":"\"xxh3-0\"",)"
        R"("md5":null,"modified":"Sun, 06 Nov 1994 08:49:37 GMT","replicas":)"
        R"([{"volume":"vol-1","up":true,"url":"http://h:1/k?t","path":"ab/abcd/x"},)"
        R"({"volume":"vol-2","up":false}]})");
    REQUIRE(facts.has_value());
    CHECK(facts->generation == 1763818031000123U);
    CHECK(facts->size == 7);
    CHECK(facts->etag == "\"xxh3-0\"");
    CHECK(facts->md5.empty());
    REQUIRE(facts->replicas.size() == 2);
    CHECK(facts->replicas[0].is_up);
    CHECK(facts->replicas[0].path == "ab/abcd/x");
    CHECK_FALSE(facts->replicas[1].is_up);
    CHECK(facts->replicas[1].url.empty());
}

TEST_CASE("facts of a value that lack what matters are refused")
{
    const auto text = GENERATE(as<std::string>{},
        "",
        "{}",
        R"({"state":"live","generation":1})",
        R"({"state":"live","replicas":[]})",
        R"({"generation":1,"replicas":[]})",
        R"({"state":"live","generation":0,"replicas":[]})",
        R"({"state":"live","generation":-1,"replicas":[]})",
        R"({"state":"live","generation":"1","replicas":[]})",
        R"({"state":"live","generation":1.5,"replicas":[]})",
        R"({"state":"live","generation":1,"replicas":{}})",
        R"({"state":"live","generation":1,"replicas":["vol-1"]})",
        R"({"state":1,"generation":1,"replicas":[]})");
    CAPTURE(text);
    CHECK_FALSE(cli::parse_value_facts(text).has_value());
}

TEST_CASE("facts of the store come with its volumes, or are refused")
{
    const auto facts = cli::parse_store_facts(
        R"({"version":"0.1.0","cluster":"c","uptime_ms":5000,"ready":true,"missing":"","keys":9,)"
        R"("pending_deletions":2,"volumes":)"
        R"([{"name":"vol-1","state":"up","health":"good","capacity":10,"free":4}]})");
    REQUIRE(facts.has_value());
    CHECK(facts->is_ready);
    CHECK(facts->uptime_ms == 5000);
    CHECK(facts->keys == 9);
    CHECK(facts->pending_deletions == 2);
    REQUIRE(facts->volumes.size() == 1);
    CHECK(facts->volumes[0].free_bytes == 4);
    CHECK_FALSE(cli::parse_store_facts("").has_value());
    CHECK_FALSE(cli::parse_store_facts("{}").has_value());
    CHECK_FALSE(cli::parse_store_facts(R"({"volumes":{}})").has_value());
    CHECK_FALSE(cli::parse_store_facts(R"({"volumes":[1]})").has_value());
}

TEST_CASE("JSON texts are quoted")
{
    CHECK(cli::json_text("a\"b\n") == R"("a\"b\n")");
    CHECK(cli::json_key("a b\xff") == R"("/a%20b%FF")");
}
