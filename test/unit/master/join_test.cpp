#include "master/join.hpp"

#include <boost/asio/ip/address.hpp>
#include <catch2/catch.hpp>

namespace smol::master {

TEST_CASE("addresses are written as URLs have them")
{
    const auto text = [](const char* host) { return host_text(asio::ip::make_address(host)); };
    CHECK(text("10.0.0.7") == "10.0.0.7");
    CHECK(text("::1") == "[::1]");
    CHECK(text("::ffff:10.0.0.7") == "10.0.0.7");
}

}  // namespace smol::master
