#include "common/base/hex.hpp"
#include "common/base/hmac.hpp"
#include "common/wire/ticket.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace smol;
using namespace smol::wire;

namespace {

const hmac_key secret(std::string(32, 's'));
const std::string key = "a/b c\xff";
constexpr std::uint64_t expires = 1'763'818'931'000'123;

ticket example()
{
    ticket right;
    right.op = operation::put;
    right.generation = 1'763'818'031'000'123;
    right.places = {{"vol-1f2e", "127.0.0.1:9001"}, {"vol-77aa", "[::1]:9002"}};
    right.holds = precondition::unchanged;
    right.based_on = 1'763'818'030'000'000;
    right.size_max = 5'368'709'120;
    right.replicas_min = 2;
    right.expires = expires;
    return right;
}

// A ticket whose signature is right and whose payload is not `issue`'s.
std::string forged(std::string_view payload)
{
    const std::string domain("smol-ticket-v1\0", 15);
    const auto message = domain + std::string(payload) + std::string(1, '\0') + key;
    return to_base64url(as_bytes(payload)) + "." + to_base64url(secret.sign({message}));
}

}  // namespace

TEST_CASE("A ticket comes back from its text")
{
    auto right = example();
    right.op = GENERATE(operation::put, operation::replica, operation::get, operation::remove);
    right.holds = GENERATE(precondition::none,
        precondition::absent,
        precondition::absent_asked,
        precondition::unchanged);
    if (right.op != operation::put)
        right.places.resize(1);
    if (right.op == operation::get)
        right.value = xxh3_of("a value");
    const auto text = issue(right, key, secret);
    CHECK(text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                 "0123456789-_.") == text.npos);
    CHECK(redeem(text, key, secret, expires).value() == right);
}

TEST_CASE("Tickets to get a value from its replicas are those that issue makes")
{
    ticket right;
    right.op = operation::get;
    right.generation = 1'763'818'031'000'123;
    right.expires = expires;
    right.value = xxh3_of("a value");
    get_tickets tickets(key, {right.generation, *right.value, expires}, secret);
    const auto address = GENERATE(values<std::string>(
        {"127.0.0.1:9001", "[::1]:9002", "a b%=:1", std::string(256, 'h'), "h:1"}));
    for (const std::string volume : {"vol-1f2e", "v", "vol-77aa"})
    {
        right.places = {{volume, address}};
        std::string text = "before";
        tickets.append_to(text, volume, address);
        CHECK(text == "before" + issue(right, key, secret));
        CHECK(redeem(text.substr(6), key, secret, expires).value() == right);
    }
}

TEST_CASE("A ticket takes the largest of everything")
{
    ticket right;
    right.op = operation::put;
    right.generation = right.based_on = right.size_max = right.replicas_min = right.expires =
        ~std::uint64_t{0};
    right.places.assign(16, {std::string(64, 'z'), std::string(256, 'h')});
    const auto text = issue(right, key, secret);
    CHECK(text.size() < 8 * KiB);
    CHECK(redeem(text, key, secret, ~std::uint64_t{0}).value() == right);
}

TEST_CASE("Addresses come back whatever their bytes are")
{
    auto right = example();
    right.places = {{"v", "a=b c,d%e\n\xff" + std::string(1, '\0') + ":1"}};
    CHECK(redeem(issue(right, key, secret), key, secret, 0).value() == right);
}

TEST_CASE("A ticket with any bit flipped is invalid")
{
    const auto text = issue(example(), key, secret);
    for (std::size_t bit = 0; bit < text.size() * 8; ++bit)
    {
        auto flipped = text;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
        CAPTURE(bit, flipped);
        CHECK(redeem(flipped, key, secret, 0).error() == errc::ticket_invalid);
    }
}

TEST_CASE("A ticket cut short or with something added is invalid")
{
    const auto text = issue(example(), key, secret);
    for (std::size_t length = 0; length < text.size(); ++length)
        CHECK(redeem(text.substr(0, length), key, secret, 0).error() == errc::ticket_invalid);
    const auto added =
        GENERATE(values<std::string>({"A", "=", ".", " ", "\n", "AA", ".AA", "%20"}));
    CAPTURE(added);
    CHECK(redeem(text + added, key, secret, 0).error() == errc::ticket_invalid);
    CHECK(redeem(added + text, key, secret, 0).error() == errc::ticket_invalid);
}

TEST_CASE("A ticket is for one key and one secret")
{
    const auto text = issue(example(), key, secret);
    const auto other_key = GENERATE(
        values<std::string>({"", "a", "a/b c", "a/b c\xfe", "a/b c\xff\xff", "A/b c\xff"}));
    CAPTURE(other_key);
    CHECK(redeem(text, other_key, secret, 0).error() == errc::ticket_invalid);
    CHECK(redeem(text, key, hmac_key(std::string(33, 's')), 0).error() == errc::ticket_invalid);
    CHECK(redeem(text, key, hmac_key(std::string(32, 'S')), 0).error() == errc::ticket_invalid);
    CHECK(redeem(text, key, hmac_key(), 0).error() == errc::ticket_invalid);
}

TEST_CASE("A ticket is good until it expires, and an altered one is never merely expired")
{
    const auto text = issue(example(), key, secret);
    CHECK(redeem(text, key, secret, 0).has_value());
    CHECK(redeem(text, key, secret, expires).has_value());
    CHECK(redeem(text, key, secret, expires + 1).error() == errc::ticket_expired);
    CHECK(redeem(text, key, secret, ~std::uint64_t{0}).error() == errc::ticket_expired);
    CHECK(redeem(text, "other", secret, expires + 1).error() == errc::ticket_invalid);
}

TEST_CASE("The signature of one ticket is not good for another one")
{
    auto right = example();
    const auto one = issue(right, key, secret);
    right.size_max += 1;
    const auto other = issue(right, key, secret);
    const auto mixed = one.substr(0, one.find('.')) + other.substr(other.find('.'));
    CHECK(redeem(mixed, key, secret, 0).error() == errc::ticket_invalid);
}

TEST_CASE("Bytes cannot wander between the payload and the key")
{
    const auto right = example();
    const std::string long_key("x\0y", 3);
    const auto text = issue(right, long_key, secret);
    const auto dot = text.find('.');
    const auto payload = from_base64url(text.substr(0, dot)).value() + std::string("\0x", 2);
    const auto moved = to_base64url(as_bytes(payload)) + text.substr(dot);
    CHECK(redeem(moved, "y", secret, 0).error() == errc::ticket_invalid);
}

TEST_CASE("What is signed and yet no ticket is invalid")
{
    const std::string good = "1 put 5 none 0 10 1 99 - v=h:1";
    REQUIRE(redeem(forged(good), key, secret, 0).has_value());
    const auto payload = GENERATE(values<std::string>({
        "",
        " ",
        "1",
        "2 put 5 none 0 10 1 99 - v=h:1",
        "put 5 none 0 10 1 99 - v=h:1",
        "1 PUT 5 none 0 10 1 99 - v=h:1",
        "1 steal 5 none 0 10 1 99 - v=h:1",
        "1 put 05 none 0 10 1 99 - v=h:1",
        "1 put -5 none 0 10 1 99 - v=h:1",
        "1 put x none 0 10 1 99 - v=h:1",
        "1 put 5 never 0 10 1 99 - v=h:1",
        "1 put 5 none 0 10 1 - v=h:1",
        "1 put 5 none 0 10 1 99 -",
        "1 put 5 none 0 10 1 99 - ",
        "1 put 5 none 0 10 1 99 -  v=h:1",
        "1 put 5 none 0 10 1 99 - v=h:1 ",
        "1 put 5 none 0 10 1 99 - v",
        "1 put 5 none 0 10 1 99 - v=",
        "1 put 5 none 0 10 1 99 - =h:1",
        "1 put 5 none 0 10 1 99 - V=h:1",
        "1 put 5 none 0 10 1 99 - v=%",
        "1 put 5 none 0 10 1 99 - v=%68:1",  // another spelling
        "1 put 5 none 0 10 1 99 - v=%ff",
        "1 put 5 none 0 10 1 99 - " + std::string(65, 'v') + "=h:1",
        "1 put 5 none 0 10 1 99 - v=" + std::string(257, 'h'),
        "1 put 5 none 0 10 1 99 - a=h a=h a=h a=h a=h a=h a=h a=h a=h a=h a=h a=h a=h a=h a=h a=h "
        "a=h",
        "1 get 5 none 0 10 1 99 00112233445566778899aabbccddeeff v=h:1 w=h:2",  // only a put has
                                                                                // several places
        "1 get 5 none 0 10 1 99 - v=h:1",
        "1 get 5 none 0 10 1 99 v=h:1",
        "1 get 5 none 0 10 1 99 00112233445566778899aabbccddee v=h:1",
        "1 get 5 none 0 10 1 99 00112233445566778899AABBCCDDEEFF v=h:1",
        "1 put 5 none 0 10 1 99 v=h:1",
        "1 put 5 none 0 10 1 99 00112233445566778899aabbccddeeff v=h:1",
        "1 put 18446744073709551616 none 0 10 1 99 - v=h:1",
    }));
    CAPTURE(payload);
    CHECK(redeem(forged(payload), key, secret, 0).error() == errc::ticket_invalid);
}

TEST_CASE("What is far too long is not even looked at")
{
    CHECK(redeem(std::string(100'000, 'A') + ".", key, secret, 0).error() == errc::ticket_invalid);
}
