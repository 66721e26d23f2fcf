#include "common/wire/messages.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>

using namespace smol;
using namespace smol::wire;

namespace {

constexpr auto largest = ~std::uint64_t{0};
const std::string xxh3 = "00112233445566778899aabbccddeeff";
const std::string odd_key("a/b \"c\"\n\xff\0", 11);

receipt example_receipt()
{
    return {largest, 7, xxh3_of("value"), md5_of("value")};
}

// Every reader, so that what no reader may accept is tried with all of them.
bool is_read_by_any(std::string_view text)
{
    return parse_receipt(text).has_value() || parse_commit_requests(text).has_value() ||
           parse_commit_answers(text).has_value() || parse_staged_query(text).has_value() ||
           parse_staged_answer(text).has_value() || parse_publish_request(text).has_value() ||
           parse_beat(text).has_value() || parse_beat_answer(text).has_value();
}

void check_truncations(const std::string& text)
{
    CHECK(text.find('\n') == text.npos);  // beats are lines
    CHECK(is_read_by_any(text));
    for (std::size_t length = 0; length < text.size(); ++length)
    {
        CAPTURE(text, length);
        CHECK_FALSE(is_read_by_any(std::string_view(text).substr(0, length)));
    }
    CHECK_FALSE(is_read_by_any(text + "x"));
    CHECK_FALSE(is_read_by_any(text + text));
}

// `text` with its first `from` replaced.
std::string with(std::string text, std::string_view from, std::string_view to)
{
    const auto at = text.find(from);
    REQUIRE(at != text.npos);
    return text.replace(at, from.size(), to);
}

bool is_same(const std::vector<staged_entry>& a, const std::vector<staged_entry>& b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
        return x.key == y.key && x.generation == y.generation && x.first == y.first;
    });
}

}  // namespace

TEST_CASE("A receipt comes back from its text")
{
    auto of = example_receipt();
    CHECK(parse_receipt(print(of)).value() == of);
    check_truncations(print(of));
    of.md5.reset();
    CHECK(parse_receipt(print(of)).value() == of);
    CHECK(print(of).find("md5") == std::string::npos);
    check_truncations(print(of));
}

TEST_CASE("Readers ignore members they do not know")
{
    const auto text = R"({"later":[1,{"x":null}],"gen":5,"size":7,"xxh3":")" + xxh3 + R"("})";
    CHECK(parse_receipt(text).value().generation == 5);
}

TEST_CASE("Receipts that print would not write are damaged")
{
    const auto good = R"({"gen":5,"size":7,"xxh3":")" + xxh3 + R"("})";
    REQUIRE(parse_receipt(good).has_value());
    const auto text = GENERATE_COPY(values<std::string>({
        "",
        "null",
        "5",
        "[]",
        "{}",
        "[" + good + "]",
        with(good, "\"gen\":5,", ""),
        with(good, "\"size\":7,", ""),
        with(good, "5", "\"5\""),
        with(good, "5", "-5"),
        with(good, "5", "5.0"),
        with(good, "5", "5e0"),
        with(good, "5", "null"),
        with(good, "5", "true"),
        with(good, "5", "[5]"),
        with(good, "5", "05"),
        with(good, "5", "+5"),
        with(good, "5", "18446744073709551616"),
        with(good, "gen", "Gen"),
        with(good, xxh3, ""),
        with(good, xxh3, xxh3 + "00"),
        with(good, xxh3, xxh3.substr(1)),
        with(good, xxh3, "00112233445566778899AABBCCDDEEFF"),
        with(good, "\"" + xxh3 + "\"", "7"),
        with(good, "}", R"(,"md5":""})"),
        with(good, "}", R"(,"md5":null})"),
        with(good, "}", R"(,"md5":"00"})"),
        with(good, "}", ",}"),
        with(good, "{", "{\"\x80\":1,"),
    }));
    CAPTURE(text);
    CHECK(parse_receipt(text).error() == errc::format_damaged);
}

TEST_CASE("Commits come back from their text, whatever their keys are")
{
    commit_request of;
    of.key = odd_key;
    of.ticket = "abc.def";
    of.value = example_receipt();
    of.volumes = {"vol-1f2e", "vol-77aa"};
    commit_request plain = of;
    plain.key = "k";
    const auto text = print(commit_requests{{of, plain}});
    const auto parsed = parse_commit_requests(text).value().commits;
    REQUIRE(parsed.size() == 2);
    CHECK(parsed[0].key == of.key);
    CHECK(parsed[1].key == plain.key);
    for (const auto& one : parsed)
    {
        CHECK(one.ticket == of.ticket);
        CHECK(one.value == of.value);
        CHECK(one.volumes == of.volumes);
    }
    check_truncations(text);
}

TEST_CASE("As many commits as one call may have fit it, whatever their tickets")
{
    commit_request of;
    of.key = std::string(1024, '\xff');
    of.ticket = std::string(16 * KiB, 't');  // no head has more
    of.volumes.assign(100, std::string(64, 'v'));
    const commit_requests all{std::vector<commit_request>(commits_max, of)};
    CHECK(print(all).size() <= commits_bytes_max);
}

TEST_CASE("Commits that print would not write are damaged")
{
    commit_request of;
    of.key = "k/l";
    of.ticket = "t";
    of.volumes = {"v"};
    const auto good = print(commit_requests{{of}});
    const auto text = GENERATE_COPY(values<std::string>({
        with(good, "commits", "commit"),
        with(good, "[{", "[7,{"),
        with(good, "[{", "[[],{"),
        with(good, R"("key":"k/l")", R"("key":"")"),
        with(good, R"("key":"k/l")", R"("key":7)"),
        with(good, R"("key":"k/l")", R"("key":"k%2Fl")"),
        with(good, R"("key":"k/l")", R"("key":"%6B")"),
        with(good, R"("key":"k/l")", R"("key":"%")"),
        with(good, R"("key":"k/l")", R"("key":"a b")"),
        with(good, R"("key":"k/l",)", ""),
        with(good, R"("ticket":"t",)", ""),
        with(good, R"("t")", "7"),
        with(good, R"(["v"])", "[7]"),
        with(good, R"(["v"])", R"("v")"),
        with(good, R"(["v"])", R"(["V"])"),
        with(good, R"(["v"])", R"([""])"),
        with(good, R"(["v"])", R"([["v"]])"),
        with(good, R"(["v"])", "null"),
    }));
    CAPTURE(text);
    CHECK(parse_commit_requests(text).error() == errc::format_damaged);
}

TEST_CASE("The answers to commits come back from their text")
{
    commit_answer of;
    of.outcome = GENERATE(commit_outcome::created,
        commit_outcome::replaced,
        commit_outcome::superseded,
        commit_outcome::refused);
    of.reason = of.outcome == commit_outcome::refused ? "write_conflict" : "";
    const auto text = print(commit_answers{{of, {commit_outcome::created, ""}}});
    const auto parsed = parse_commit_answers(text).value().answers;
    REQUIRE(parsed.size() == 2);
    CHECK(parsed[0] == of);
    CHECK(parsed[1] == commit_answer{commit_outcome::created, ""});
    check_truncations(text);
}

TEST_CASE("An outcome that is none is not guessed at")
{
    const auto text = GENERATE(values<std::string>({
        R"({"outcome":"done","reason":""})",
        R"({"outcome":"Created","reason":""})",
        R"({"outcome":"","reason":""})",
        R"({"outcome":0,"reason":""})",
        R"({"outcome":null,"reason":""})",
        R"({"reason":""})",
        R"({"outcome":"created"})",
        R"({"outcome":"created","reason":7})",
    }));
    CAPTURE(text);
    const std::string good = R"({"outcome":"created","reason":""})";
    const auto all = R"({"answers":[)" + good + "," + text + "]}";
    CHECK(parse_commit_answers(all).error() == errc::format_damaged);
}

TEST_CASE("Questions and orders about staged blobs come back from their text")
{
    std::vector<staged_entry> entries{{odd_key, largest, true}, {"k", 0, false}};
    entries.resize(GENERATE(as<std::size_t>(), 0, 1, 2));
    const auto query = print(staged_query{"vol-1f2e", entries});
    const auto asked = parse_staged_query(query).value();
    CHECK(asked.volume == "vol-1f2e");
    CHECK(is_same(asked.entries, entries));
    check_truncations(query);
    const auto order = print(publish_request{"vol-1f2e", entries});
    const auto ordered = parse_publish_request(order).value();
    CHECK(ordered.volume == "vol-1f2e");
    CHECK(is_same(ordered.entries, entries));
    check_truncations(order);
}

TEST_CASE("An entry of a version that knows no first receiver is not one's")
{
    const auto text = R"({"volume":"v","entries":[{"key":"k","gen":5}]})";
    CHECK_FALSE(parse_staged_query(text).value().entries.at(0).first);
}

TEST_CASE("Entries that print would not write are damaged")
{
    const auto entries = GENERATE(values<std::string>({
        "null",
        "{}",
        "7",
        "[7]",
        "[null]",
        "[{}]",
        "[[]]",
        R"([{"key":"k"}])",
        R"([{"gen":5}])",
        R"([{"key":"","gen":5}])",
        R"([{"key":"a b","gen":5}])",
        R"([{"key":"k","gen":"5"}])",
        R"([{"key":"k","gen":-5}])",
        R"([{"key":"k","gen":5.5}])",
        R"([{"key":"k","gen":5,"first":1}])",
        R"([{"key":"k","gen":5,"first":null}])",
        R"([{"key":"k","gen":5},{}])",
        R"([{"key":"k","gen":5},7])",
    }));
    const auto text = R"({"volume":"v","entries":)" + entries + "}";
    CAPTURE(text);
    CHECK(parse_staged_query(text).error() == errc::format_damaged);
    CHECK(parse_publish_request(text).error() == errc::format_damaged);
}

TEST_CASE("A volume in a message has a name that a volume can have")
{
    const auto name = GENERATE(values<std::string>({"", "A", "a/b", "..", "a b"}));
    const auto text = R"({"volume":")" + name + R"(","entries":[]})";
    CAPTURE(text);
    CHECK(parse_staged_query(text).error() == errc::format_damaged);
    CHECK(parse_publish_request(text).error() == errc::format_damaged);
}

TEST_CASE("Verdicts come back in their order")
{
    const staged_answer of{
        {staged_verdict::wait, staged_verdict::publish, staged_verdict::discard}};
    CHECK(parse_staged_answer(print(of)).value().verdicts == of.verdicts);
    CHECK(parse_staged_answer(print(staged_answer{})).value().verdicts.empty());
    check_truncations(print(of));
    const auto text = GENERATE(values<std::string>({
        R"({})",
        R"({"verdicts":null})",
        R"({"verdicts":"publish"})",
        R"({"verdicts":["destroy"]})",
        R"({"verdicts":["publish",7]})",
        R"({"verdicts":["publish",""]})",
        R"({"verdicts":[0]})",
    }));
    CAPTURE(text);
    CHECK(parse_staged_answer(text).error() == errc::format_damaged);
}

TEST_CASE("A beat comes back from its text")
{
    beat of;
    of.volume = "vol-1f2e";
    of.cluster = "c";
    of.public_url = "http://h:1/";
    of.port = 65535;
    of.capacity_bytes = largest;
    of.free_bytes = 2;
    of.free_inodes = 3;
    of.blobs = 4;
    of.staged = 5;
    of.is = GENERATE(health::good, health::full, health::read_only);
    const auto text = print(of);
    const auto parsed = parse_beat(text).value();
    CHECK(parsed.volume == of.volume);
    CHECK(parsed.cluster == of.cluster);
    CHECK(parsed.public_url == of.public_url);
    CHECK(parsed.port == of.port);
    CHECK(parsed.capacity_bytes == of.capacity_bytes);
    CHECK(parsed.free_bytes == of.free_bytes);
    CHECK(parsed.free_inodes == of.free_inodes);
    CHECK(parsed.blobs == of.blobs);
    CHECK(parsed.staged == of.staged);
    CHECK(parsed.is == of.is);
    check_truncations(text);
}

TEST_CASE("Beats that print would not write are damaged")
{
    beat of;
    of.volume = "v";
    of.port = 9001;
    const auto good = print(of);
    REQUIRE(parse_beat(good).has_value());
    const auto text = GENERATE_COPY(values<std::string>({
        with(good, "9001", "65536"),
        with(good, "9001", "-1"),
        with(good, "9001", "\"9001\""),
        with(good, "\"port\":9001,", ""),
        with(good, "\"good\"", "\"fine\""),
        with(good, "\"good\"", "0"),
        with(good, ",\"health\":\"good\"", ""),
        with(good, "\"v\"", "\"\""),
        with(good, "\"v\"", "\"V\""),
        with(good, "\"free_bytes\":0", "\"free_bytes\":0.5"),
        with(good, "\"cluster\":\"\"", "\"cluster\":null"),
    }));
    CAPTURE(text);
    CHECK(parse_beat(text).error() == errc::format_damaged);
}

TEST_CASE("The answer to a beat comes back from its text")
{
    beat_answer of;
    of.cluster = "c";
    of.secret = "00ff";
    of.clock = largest;
    of.serve = GENERATE(true, false);
    of.refusal = "foreign_cluster";
    const auto text = print(of);
    const auto parsed = parse_beat_answer(text).value();
    CHECK(parsed.cluster == of.cluster);
    CHECK(parsed.secret == of.secret);
    CHECK(parsed.clock == of.clock);
    CHECK(parsed.serve == of.serve);
    CHECK(parsed.refusal == of.refusal);
    check_truncations(text);
    const auto member = of.serve ? std::string("true") : std::string("false");
    CHECK(parse_beat_answer(with(text, member, "1")).error() == errc::format_damaged);
    CHECK(parse_beat_answer(with(text, member, "\"true\"")).error() == errc::format_damaged);
}

TEST_CASE("JSON that is too deep is refused and not recursed into")
{
    CHECK_FALSE(is_read_by_any(R"({"x":)" + std::string(100'000, '[')));
}
