#include "master/redirect.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace smol::master {

TEST_CASE("host_of takes the host and nothing that could be anything else")
{
    struct row
    {
        std::string_view header;
        std::string_view host;
    };
    const std::vector<row> rows{
        {"localhost", "localhost"},
        {"localhost:9000", "localhost"},
        {"LOCAL-host_1.example.org:1", "LOCAL-host_1.example.org"},
        {"127.0.0.1:9000", "127.0.0.1"},
        {"[::1]:9000", "[::1]"},
        {"[::ffff:127.0.0.1]", "[::ffff:127.0.0.1]"},
        {"localhost:", "localhost"},
        {"", ""},
        {":9000", ""},
        {"a b", ""},
        {"a/b", ""},
        {"a@b", ""},
        {"a\"b", ""},
        {"a:b", ""},
        {"a:1:2", ""},
        {"a:123456", ""},
        {"a\r\nX: y", ""},
        {"::1", ""},
        {"[::1", ""},
        {"[]", ""},
        {"[g]", ""},
        {"[::1]x", ""},
        {"\xc3\xa9", ""},
    };
    for (const auto& [header, host] : rows)
    {
        CAPTURE(header);
        CHECK(host_of(header) == host);
    }
}

TEST_CASE("client_base is what this client can reach")
{
    struct row
    {
        stay volume;
        std::string_view host;
        std::string_view base;
    };
    const stay local{"v", "127.0.0.1:9001", "", 9001, true};
    const stay remote{"v", "10.0.0.7:9001", "", 9001, false};
    const stay open{"v", "10.0.0.7:9001", "https://cdn.example.org/smol/", 9001, false};
    const stay local_open{"v", "127.0.0.1:9001", "http://cdn.example.org", 9001, true};
    const std::vector<row> rows{
        {local, "box.lan:9000", "http://box.lan:9001"},
        {local, "[fe80::1]:9000", "http://[fe80::1]:9001"},
        {local, "", "http://127.0.0.1:9001"},
        {local, "evil/path", "http://127.0.0.1:9001"},
        {remote, "box.lan:9000", "http://10.0.0.7:9001"},
        {open, "box.lan:9000", "https://cdn.example.org/smol"},
        {local_open, "box.lan:9000", "http://cdn.example.org"},
    };
    for (const auto& [volume, host, base] : rows)
    {
        CAPTURE(host);
        CHECK(client_base(volume, host) == base);
    }
}

TEST_CASE("a volume elsewhere reaches those beside the master by the master's address")
{
    const stay here{"a", "127.0.0.1:9001", "", 9001, true, "127.0.0.1"};
    const stay beside{"b", "[::1]:9002", "", 9002, true, "[::1]"};
    const stay elsewhere{"c", "10.0.0.7:9001", "", 9001, false, "10.0.0.1"};
    const stay of_v6{"d", "[fd00::7]:9001", "", 9001, false, "[fd00::1]"};
    CHECK(address_for(here, beside) == "[::1]:9002");
    CHECK(address_for(here, elsewhere) == "10.0.0.7:9001");
    CHECK(address_for(elsewhere, here) == "10.0.0.1:9001");
    CHECK(address_for(of_v6, beside) == "[fd00::1]:9002");
    CHECK(address_for(elsewhere, of_v6) == "[fd00::7]:9001");
}

TEST_CASE("ticketed_url encodes any key")
{
    CHECK(ticketed_url("http://h:1", "a/b", "T") == "http://h:1/a/b?ticket=T");
    CHECK(ticketed_url("", "a b?c#d%", "T") == "/a%20b%3Fc%23d%25?ticket=T");
    CHECK(ticketed_url("", std::string_view("\0\"\xff", 3), "T") == "/%00%22%FF?ticket=T");
}

TEST_CASE("a redirect is a 307 that nobody keeps, with a Link for every other replica")
{
    http::response_head head;
    begin_redirect(head);
    CHECK(head.status == 307);
    CHECK(head.headers.find("Cache-Control") == "no-store");
    add_replica("http://a/k", head.headers);
    CHECK(head.headers.find("Location") == "http://a/k");
    CHECK(head.headers.count("Link") == 0);
    add_replica("http://b/k", head.headers);
    add_replica("http://c/k", head.headers);
    CHECK(head.headers.find("Location") == "http://a/k");
    CHECK(head.headers.count("Location") == 1);
    CHECK(head.headers.count("Link") == 2);
    CHECK(head.headers.find("Link") == "<http://b/k>; rel=duplicate");
}

TEST_CASE("validators and placement are given as headers")
{
    wire::record_view record;
    record.generation = 1'763'800'000'000'000;
    record.volumes = "vol-a,vol-b";
    http::fields fields;
    give_validators(record, fields);
    give_placement(record, balance::unbalanced, fields);
    CHECK(fields.find("ETag") == "\"xxh3-00000000000000000000000000000000\"");
    CHECK(fields.find("Last-Modified") == "Sat, 22 Nov 2025 08:26:40 GMT");
    CHECK_FALSE(fields.find("Content-MD5"));
    CHECK(fields.find("Key-Volumes") == "vol-a,vol-b");
    CHECK(fields.find("Key-Balance") == "unbalanced");

    fields.clear();
    record.md5 = md5_of("");
    give_validators(record, fields);
    give_placement(record, balance::balanced, fields);
    CHECK(fields.find("Content-MD5") == "d41d8cd98f00b204e9800998ecf8427e");
    CHECK(fields.find("Key-Balance") == "balanced");
}

}  // namespace smol::master
