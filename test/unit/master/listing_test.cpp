#include "common/key/object_key.hpp"
#include "master/listing.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace smol::master {

namespace {

using table = std::map<std::string, std::string>;

std::string line_of(wire::state is)
{
    wire::record record;
    record.is = is;
    record.generation = 5;
    record.event = 5;
    record.volumes = {"vol-a"};
    return wire::print(record);
}

table live_keys(const std::vector<std::string>& keys)
{
    table all;
    for (const auto& key : keys)
        all[key] = line_of(wire::state::live);
    return all;
}

// The whole listing, made from pages of `page_entries`.
std::string list(const table& all, std::string_view raw, std::size_t page_entries)
{
    const auto query = parse_list_query(*http::parse_target(raw));
    REQUIRE(query.has_value());
    listing keys(*query);
    std::string text;
    std::size_t taken = 0;
    const auto end = query->to.empty() ? all.end() : all.lower_bound(query->to);
    for (auto at = all.lower_bound(query->from); at != end && !keys.is_complete(); ++at)
    {
        if (query->to.empty() || at->first < query->to)
            keys.take(at->first, at->second);
        if (++taken % page_entries == 0)
            text += keys.take_text();
    }
    text += keys.take_text();
    return text + keys.print_end();
}

}  // namespace

TEST_CASE("a listing is confined to its prefix, and start to the listing")
{
    const auto all = live_keys({"a", "a/1", "a/2", "a/3", "a0", "b", "\xff\xff"});
    struct row
    {
        const char* raw;
        const char* body;
    };
    const std::vector<row> rows{
        {"/a/?list", R"({"keys":["/a/1","/a/2","/a/3"],"next":""})"},
        {"/a?list", R"({"keys":["/a","/a/1","/a/2","/a/3","/a0"],"next":""})"},
        {"/?list&limit=2", R"({"keys":["/a","/a/1"],"next":"/a/2"})"},
        {"/a/?list&start=/a/2", R"({"keys":["/a/2","/a/3"],"next":""})"},
        {"/a/?list&start=/a/2&limit=1", R"({"keys":["/a/2"],"next":"/a/3"})"},
        {"/a/?list&start=/a/3&limit=1", R"({"keys":["/a/3"],"next":""})"},
        {"/a/?list&start=/", R"({"keys":["/a/1","/a/2","/a/3"],"next":""})"},
        {"/a/?list&start=/a", R"({"keys":["/a/1","/a/2","/a/3"],"next":""})"},
        {"/a/?list&start=", R"({"keys":["/a/1","/a/2","/a/3"],"next":""})"},
        {"/a/?list&start=/a0", R"({"keys":[],"next":""})"},
        {"/a/?list&start=/z", R"({"keys":[],"next":""})"},
        {"/a/?list&start=/%25FF", R"({"keys":[],"next":""})"},
        {"/z?list", R"({"keys":[],"next":""})"},
        {"/a/?list&limit=0", R"({"keys":[],"next":"/a/1"})"},
        {"/z?list&limit=0", R"({"keys":[],"next":""})"},
        {"/a/?list&limit=3", R"({"keys":["/a/1","/a/2","/a/3"],"next":""})"},
        {"/%FF?list", R"({"keys":["/%FF%FF"],"next":""})"},
        {"/?list&start=/%25FF", R"({"keys":["/%FF%FF"],"next":""})"},
        {"/?unlinked", R"({"keys":[],"next":""})"},
    };
    for (const auto& [raw, body] : rows)
        for (const std::size_t page_entries : {1u, 2u, 100u})
        {
            CAPTURE(raw, page_entries);
            CHECK(list(all, raw, page_entries) == std::string(body) + "\n");
        }
}

TEST_CASE("what cannot be listed is refused")
{
    for (const auto* raw : {"/a?list&limit=-1",
             "/a?list&limit=x",
             "/a?list&limit=",
             "/a?list&limit=99999999999999999999",
             "/a?list&start=a",
             "/a?list&start=/%25",
             "/a?list&unlinked"})
    {
        CAPTURE(raw);
        CHECK(parse_list_query(*http::parse_target(raw)).error() == errc::query_invalid);
    }
    CHECK(parse_list_query(*http::parse_target("/%zz?list")).has_error());
}

TEST_CASE("live and unlinked keys have listings of their own, tombstones none")
{
    table all;
    all["dead"] = line_of(wire::state::tombstone);
    all["hidden"] = line_of(wire::state::unlinked);
    all["seen"] = line_of(wire::state::live);
    CHECK(list(all, "/?list", 2) == "{\"keys\":[\"/seen\"],\"next\":\"\"}\n");
    CHECK(list(all, "/?unlinked", 2) == "{\"keys\":[\"/hidden\"],\"next\":\"\"}\n");
    CHECK(list(all, "/?unlinked&limit=0", 2) == "{\"keys\":[],\"next\":\"/hidden\"}\n");
}

TEST_CASE("a record that cannot be read ends a listing with its reason")
{
    listing newer(list_query{});
    CHECK_FALSE(newer.take("k", "v9 live"));
    CHECK(newer.failure() == errc::format_newer);
    listing damaged(list_query{});
    CHECK_FALSE(damaged.take("k", "v1 lives"));
    CHECK(damaged.failure() == errc::format_damaged);
}

TEST_CASE("a long listing is taken in bounded texts, each going on after the last key")
{
    const auto line = line_of(wire::state::live);
    listing keys(list_query{});
    std::size_t count = 0;
    while (keys.take("key-" + std::to_string(count), line))
        ++count;
    CHECK(keys.last() == "key-" + std::to_string(count));
    CHECK(keys.take_text().size() < 300 * KiB);
    CHECK_FALSE(keys.is_complete());
    CHECK(keys.take("key-next", line));
    CHECK(keys.take_text() == ",\"/key-next\"");
    const auto hidden = line_of(wire::state::unlinked);
    for (count = 1; keys.take("k", hidden); ++count)
        REQUIRE(count < 1'000'000);
    CHECK(keys.last() == "k");
}

TEST_CASE("following next gives every key once, whatever its bytes")
{
    std::mt19937 dice(7);
    std::vector<std::string> keys;
    for (int i = 0; i < 300; ++i)
    {
        std::string key;
        for (auto left = 1 + dice() % 6; left > 0; --left)
            key += static_cast<char>(dice() % 256);
        if (!key.starts_with("-/"))
            keys.push_back(key);
    }
    const auto all = live_keys(keys);
    std::vector<std::string> found;
    std::string start;
    for (;;)
    {
        list_query query;
        query.limit = 7;
        if (!start.empty())
            query.from = *key::decode_prefix(start);
        listing page(query);
        for (auto at = all.lower_bound(query.from); at != all.end() && !page.is_complete(); ++at)
            page.take(at->first, at->second);
        const auto text = page.take_text() + page.print_end();
        for (auto from = text.find("\"/"); from < text.find("],\"next\"");
             from = text.find("\"/", from))
        {
            const auto end = text.find('"', from + 1);
            found.push_back(*key::decode(text.substr(from + 1, end - from - 1)));
            from = end + 1;
        }
        const auto next = text.find("\"next\":\"") + 8;
        start = text.substr(next, text.find('"', next) - next);
        if (start.empty())
            break;
    }
    std::vector<std::string> expected;
    for (const auto& [key, line] : all)
        expected.push_back(key);
    CHECK(found == expected);
}

}  // namespace smol::master
