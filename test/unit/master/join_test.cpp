#include "master/join.hpp"

#include <boost/asio/ip/address.hpp>
#include <catch2/catch.hpp>

namespace smol::master {

TEST_CASE("addresses are written as URLs have them")
{
    const auto text = [](const char* host) {
        return address_text(asio::ip::make_address(host), 9001);
    };
    CHECK(text("10.0.0.7") == "10.0.0.7:9001");
    CHECK(text("::1") == "[::1]:9001");
    CHECK(text("::ffff:10.0.0.7") == "10.0.0.7:9001");
}

}  // namespace smol::master
