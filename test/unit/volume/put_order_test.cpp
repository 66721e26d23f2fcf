#include "common/base/hex.hpp"
#include "volume/put_order.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace smol;

wire::ticket right_to_put()
{
    wire::ticket right;
    right.op = wire::operation::put;
    right.generation = 1'000'000'000;
    right.places = {{"vol-a", "a:1"}, {"vol-b", "b:1"}, {"vol-c", "c:1"}};
    right.size_max = 100;
    right.expires = 90'000'000'000'000;
    return right;
}

http::request_head put_of(std::uint64_t length)
{
    http::request_head head;
    head.method = "PUT";
    head.target = "/k";
    head.body = http::framing::length;
    head.content_length = length;
    return head;
}

result<volume::put_order> understand(const http::request_head& head, std::uint64_t clock)
{
    return volume::understand(
        {head, "k", "ticket", right_to_put(), volume::md5_rule::small, clock});
}

TEST_CASE("Content-MD5 is taken as base64 and as hexadecimal digits, and as nothing else")
{
    const auto hello = md5_of("hello");
    CHECK(volume::parse_content_md5("XUFAKrxLKna5cZ2REBfFkg==").value() == hello);
    CHECK(volume::parse_content_md5("5d41402abc4b2a76b9719d911017c592").value() == hello);
    const auto bad = GENERATE(as<std::string>(),
        "",
        "5d41402abc4b2a76b9719d911017c59",
        "5D41402ABC4B2A76B9719D911017C592",
        "5d41402abc4b2a76b9719d911017c5922",
        "XUFAKrxLKna5cZ2REBfFkg",
        "XUFAKrxLKna5cZ2REBfFkg== ",
        "XUFAKrxLKna5cZ2REBfF",
        "zz41402abc4b2a76b9719d911017c592");
    CAPTURE(bad);
    CHECK_FALSE(volume::parse_content_md5(bad).has_value());
}

TEST_CASE("a put that is refused before its body")
{
    constexpr std::uint64_t in_time = 1'000'000'000 + 15 * 60'000'000ULL;
    CHECK(understand(put_of(100), in_time).has_value());
    CHECK(understand(put_of(100), in_time + 1).error() == errc::ticket_expired);
    CHECK(understand(put_of(101), in_time).error() == errc::body_too_large);
    auto without = put_of(0);
    without.body = http::framing::none;
    CHECK(understand(without, in_time).error() == errc::length_required);
    auto odd = put_of(1);
    odd.headers.add("Content-MD5", "?");
    CHECK(understand(odd, in_time).error() == errc::malformed_request);
    auto heavy = put_of(1);
    heavy.headers.add("Smol-Meta-A", std::string(3000, 'x'));
    CHECK(understand(heavy, in_time).error() == errc::meta_too_large);
}

TEST_CASE("a replica's upload may begin as long as its ticket lives")
{
    auto right = right_to_put();
    right.op = wire::operation::replica;
    const auto head = put_of(1);
    const volume::put_request late{
        head, "k", "ticket", right, volume::md5_rule::small, right.expires - 1};
    CHECK(volume::understand(late).has_value());
}

TEST_CASE("the MD5 that follows a value is believed with a replica's ticket only")
{
    struct row
    {
        wire::operation op;
        http::framing body;
        std::uint64_t content_length;
        const char* header;
        const char* outcome;
    };
    using enum wire::operation;
    using enum http::framing;
    // The ticket is for up to 100 bytes.
    const auto [op, body, content_length, header, outcome] = GENERATE(values<row>({
        {replica, length, 16, "follows", "follows"},
        {replica, length, 116, "follows", "follows"},
        {replica, length, 117, "follows", "body_too_large"},
        {replica, length, 15, "follows", "malformed_request"},
        {replica, length, 0, "follows", "malformed_request"},
        {replica, chunked, 0, "follows", "malformed_request"},
        {replica, none, 0, "follows", "length_required"},
        {replica, length, 20, "", "malformed_request"},
        {replica, length, 20, "Follows", "malformed_request"},
        {put, length, 20, "follows", "computed"},
        {put, length, 0, "follows", "computed"},
        {put, length, 101, "follows", "body_too_large"},
        {put, chunked, 0, "follows", "computed"},
        {put, length, 20, "?", "computed"},
    }));
    CAPTURE(op, body, content_length, header);
    auto head = put_of(content_length);
    head.body = body;
    head.headers.add("smol-md5", header);
    auto right = right_to_put();
    right.op = op;
    const auto rule = GENERATE(volume::md5_rule::small, volume::md5_rule::always);
    const auto order = volume::understand({head, "k", "ticket", right, rule, 1'000'000'000});
    if (!order)
        CHECK(name_of(order.error()) == std::string(outcome));
    else if (order->md5 == volume::md5_rule::follows)
        CHECK(outcome == std::string("follows"));
    else
        CHECK(outcome == std::string(order->md5 == rule ? "computed" : "by another rule"));
}

TEST_CASE("a replica that is told of no MD5 keeps one by its own rule")
{
    auto right = right_to_put();
    right.op = wire::operation::replica;
    const auto head = put_of(5);
    const auto rule = GENERATE(volume::md5_rule::small, volume::md5_rule::always);
    CHECK(volume::understand({head, "k", "ticket", right, rule})->md5 == rule);
}

TEST_CASE("whoever sends Content-MD5 has the MD5 kept")
{
    auto head = put_of(5);
    head.headers.add("Content-MD5", "5d41402abc4b2a76b9719d911017c592");
    const auto order = understand(head, 1'000'000'000);
    REQUIRE(order.has_value());
    CHECK(order->content_md5 == md5_of("hello"));
    CHECK(order->md5 == volume::md5_rule::always);
}

TEST_CASE("each of the others gets a ticket for itself alone")
{
    const hmac_key secret(std::string(32, 's'));
    volume::put_order order;
    order.key = "k";
    order.right = right_to_put();
    const auto uploads = volume::replica_uploads(order, 7, secret);
    REQUIRE(uploads.size() == 2);
    CHECK(uploads[0].to.volume == "vol-b");
    CHECK(uploads[1].to.volume == "vol-c");
    for (const auto& one : uploads)
    {
        const auto right = wire::redeem(one.ticket, "k", secret, 1);
        REQUIRE(right.has_value());
        CHECK(right->op == wire::operation::replica);
        CHECK(right->generation == order.right.generation);
        CHECK(right->places == std::vector<wire::place>{one.to});
        CHECK(right->size_max == order.right.size_max);
        CHECK(one.length == 7);
        CHECK_FALSE(wire::redeem(one.ticket, "other", secret, 1).has_value());
    }
}

TEST_CASE("the others are told that the MD5 follows wherever the first volume will have it")
{
    using volume::md5_rule;
    struct row
    {
        md5_rule rule;
        bool is_asked;  // by Content-MD5
        std::optional<std::uint64_t> length;
        bool follows;
    };
    const auto [rule, is_asked, length, follows] = GENERATE(values<row>({
        {md5_rule::small, false, 0, true},
        {md5_rule::small, false, 1 * MiB, true},
        {md5_rule::small, false, 1 * MiB + 1, false},
        {md5_rule::small, false, std::nullopt, false},
        {md5_rule::always, false, 1 * MiB + 1, true},
        {md5_rule::always, false, std::nullopt, false},
        {md5_rule::always, true, 5, true},
        {md5_rule::always, true, 1 * MiB + 1, true},
        {md5_rule::always, true, std::nullopt, false},
    }));
    CAPTURE(is_asked, length);
    const hmac_key secret(std::string(32, 's'));
    volume::put_order order;
    order.key = "k";
    order.right = right_to_put();
    order.right.size_max = 2 * MiB;
    order.md5 = rule;
    if (is_asked)
        order.content_md5 = md5_of("hello");
    for (const auto& one : volume::replica_uploads(order, length, secret))
    {
        CHECK(one.md5_follows == follows);
        CHECK(one.length == length);
        const auto head = volume::upload_head(one);
        CHECK(head.headers.find("Content-MD5").has_value() == (is_asked && !length));
        CHECK(head.content_length == length.value_or(0) + (follows ? 16 : 0));
        const auto right = wire::redeem(one.ticket, "k", secret, 1).value();
        const auto theirs = volume::understand({head, "k", one.ticket, right});
        REQUIRE(theirs.has_value());
        CHECK((theirs->md5 == md5_rule::follows) == follows);
    }
}

}  // namespace
