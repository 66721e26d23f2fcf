#include "common/base/hex.hpp"
#include "volume/cluster_link.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace smol;
using namespace std::chrono_literals;

const volume::cluster_link::instant noon{12h};
const std::string secret(32, 's');

wire::beat_answer answer(std::uint64_t clock)
{
    wire::beat_answer from;
    from.secret = to_hex(as_bytes(secret));
    from.clock = clock;
    return from;
}

std::string ticket_until(std::uint64_t expires)
{
    wire::ticket right;
    right.generation = 1;
    right.places = {{"vol-a", "a:1"}};
    right.expires = expires;
    right.value = xxh3_of("");
    return wire::issue(right, "k", hmac_key(secret));
}

TEST_CASE("no ticket is good before the master has been heard")
{
    volume::cluster_link handed("");
    CHECK(handed.redeem(ticket_until(2'000'000), "k", noon).error() == errc::volume_joining);
    volume::cluster_link from_file(secret);
    CHECK(from_file.redeem(ticket_until(2'000'000), "k", noon).error() == errc::volume_joining);
    REQUIRE(handed.accept(answer(1'000'000), noon));
    CHECK(handed.redeem(ticket_until(2'000'000), "k", noon).has_value());
}

TEST_CASE("tickets expire by the master's clock, reckoned on in between")
{
    volume::cluster_link link("");
    REQUIRE(link.accept(answer(1'000'000), noon));
    CHECK(link.clock(noon + 1s) == 2'000'000);
    CHECK(link.redeem(ticket_until(2'000'000), "k", noon + 1s).has_value());
    CHECK(link.redeem(ticket_until(2'000'000), "k", noon + 1001ms).error() == errc::ticket_expired);
}

TEST_CASE("the clock is the master's, which may be slower than one's own")
{
    volume::cluster_link link("");
    REQUIRE(link.accept(answer(5'000'000), noon));
    CHECK(link.clock(noon + 1s) == 6'000'000);
    REQUIRE(link.accept(answer(5'500'000), noon + 1s));
    CHECK(link.clock(noon + 1s) == 5'500'000);
    CHECK(link.clock(noon) == 5'500'000);
}

TEST_CASE("a secret from a file is not replaced by one over the wire")
{
    volume::cluster_link link(std::string(32, 'f'));
    REQUIRE(link.accept(answer(1'000'000), noon));
    CHECK(link.secret().secret() == std::string(32, 'f'));
}

TEST_CASE("an unreadable secret is refused, and the old one kept")
{
    volume::cluster_link link("");
    REQUIRE(link.accept(answer(1'000'000), noon));
    auto bad = answer(2'000'000);
    bad.secret = "not hex";
    CHECK(link.accept(bad, noon).error() == errc::format_damaged);
    CHECK(link.secret().secret() == secret);
}

}  // namespace
