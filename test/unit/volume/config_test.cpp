#include "volume/config.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace smol;

TEST_CASE("the address of the master is taken from its URL")
{
    CHECK(volume::address_of_url("http://localhost:9000") == std::string("localhost:9000"));
    CHECK(volume::address_of_url("http://localhost:9000/") == std::string("localhost:9000"));
    CHECK(volume::address_of_url("http://master") == std::string("master:80"));
    CHECK(volume::address_of_url("http://[::1]:9000") == std::string("[::1]:9000"));
    CHECK(volume::address_of_url("http://[::1]") == std::string("[::1]:80"));
    const auto bad = GENERATE(as<std::string>(),
        "",
        "localhost:9000",
        "https://localhost:9000",
        "http://",
        "http:///",
        "http://:9000",
        "http://host:",
        "http://host:0",
        "http://host:65536",
        "http://host:9000x",
        "http://host:9000/path",
        "http://user@host:9000",
        "http://host:9000?x");
    CAPTURE(bad);
    CHECK_FALSE(volume::address_of_url(bad));
}

TEST_CASE("nothing listens beyond this machine without a secret unless it is told to")
{
    const auto is = [](std::vector<std::string> arguments) {
        return volume::parse_config(arguments, {}).is;
    };
    CHECK(is({}) == config::verdict::run);
    CHECK(is({"--listen", "127.0.0.1"}) == config::verdict::run);
    CHECK(is({"--listen", "::1"}) == config::verdict::run);
    CHECK(is({"--listen", "0.0.0.0"}) == config::verdict::invalid);
    CHECK(is({"--listen", "example.org"}) == config::verdict::invalid);
    CHECK(is({"--listen", "1270.0.0.1", "--master", "http://m"}) == config::verdict::invalid);
    CHECK(is({"--listen", "0.0.0.0", "--secret-file", "s"}) == config::verdict::run);
    CHECK(is({"--listen", "0.0.0.0", "--insecure"}) == config::verdict::run);
}

TEST_CASE("settings reach the configuration")
{
    const auto parsed =
        volume::parse_config({"--md5", "always", "--reserve", "1G", "a", "b"}, {{"PORT", "1234"}});
    REQUIRE(parsed.is == config::verdict::run);
    CHECK(parsed.settings.port == 1234);
    CHECK(parsed.settings.md5 == volume::md5_rule::always);
    CHECK(parsed.settings.reserve_bytes == 1 * GiB);
    CHECK(parsed.settings.directories == std::vector<std::string>{"a", "b"});
    CHECK(
        volume::parse_config({}, {}).settings.directories == std::vector<std::string>{"./volume1"});
    CHECK(volume::parse_config({"--master", "nonsense"}, {}).is == config::verdict::invalid);
}

}  // namespace
