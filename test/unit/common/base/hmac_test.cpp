#include "common/base/hex.hpp"
#include "common/base/hmac.hpp"

#include <catch2/catch.hpp>

using namespace smol;

TEST_CASE("hmac_sha256 gives the codes of RFC 4231")
{
    struct row
    {
        std::string secret;
        std::string message;
        std::string_view code;
    };
    const auto [secret, message, code] = GENERATE(values<row>({
        {std::string(20, '\x0b'),
            "Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        {"Jefe",
            "what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        {std::string(20, '\xaa'),
            std::string(50, '\xdd'),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
        {std::string(131, '\xaa'),
            "Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
    }));
    CHECK(to_hex(hmac_sha256(secret, message)) == code);
}

TEST_CASE("hmac_sha256 changes with the secret and the message, empty ones too")
{
    const auto code = hmac_sha256("secret", "message");
    CHECK(hmac_sha256("secret", "messagE") != code);
    CHECK(hmac_sha256("secreT", "message") != code);
    CHECK(hmac_sha256("secret", "") != hmac_sha256("", "secret"));
    CHECK(hmac_sha256("", "") == hmac_sha256("", ""));
}

TEST_CASE("equal_in_constant_time is equality")
{
    CHECK(equal_in_constant_time("", ""));
    CHECK(equal_in_constant_time("abc", "abc"));
    CHECK_FALSE(equal_in_constant_time("abc", "abd"));
    CHECK_FALSE(equal_in_constant_time("abc", "xbc"));
    CHECK_FALSE(equal_in_constant_time("abc", "ab"));
    CHECK_FALSE(equal_in_constant_time("", "a"));
    CHECK_FALSE(equal_in_constant_time(std::string_view("a\0b", 3), std::string_view("a\0c", 3)));
}

TEST_CASE("random_secret has the length that was asked for, and is another one each time")
{
    CHECK(random_secret(0).empty());
    CHECK(random_secret(1).size() == 1);
    CHECK(random_secret(1000).size() == 1000);
    CHECK(random_secret(32) != random_secret(32));
    CHECK(random_secret(32) != std::string(32, '\0'));
}
