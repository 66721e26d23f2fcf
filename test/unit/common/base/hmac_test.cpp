#include "common/base/hex.hpp"
#include "common/base/hmac.hpp"

#include <catch2/catch.hpp>
#include <openssl/evp.h>
#include <openssl/hmac.h>

using namespace smol;

TEST_CASE("An hmac_key gives the codes of RFC 4231")
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
    const hmac_key key(secret);
    CHECK(to_hex(key.sign({message})) == code);
    CHECK(to_hex(key.sign({message})) == code);  // signing leaves no trace
    const auto copy = key;
    CHECK(to_hex(copy.sign({message.substr(0, 3), "", message.substr(3)})) == code);
}

TEST_CASE("A signature changes with the secret and the message, empty ones too")
{
    const hmac_key key("secret");
    const auto code = key.sign({"message"});
    CHECK(key.sign({"messagE"}) != code);
    CHECK(hmac_key("secreT").sign({"message"}) != code);
    CHECK(key.sign({}) != hmac_key().sign({"secret"}));
    CHECK(hmac_key().sign({}) == hmac_key("").sign({""}));
    CHECK(key.secret() == "secret");
    CHECK_FALSE(key.is_empty());
    CHECK(hmac_key().is_empty());
}

TEST_CASE("Secrets and messages of every length about a block are signed as the one-call HMAC does")
{
    for (const std::size_t secret_size : {0U, 1U, 63U, 64U, 65U, 128U, 200U})
        for (const std::size_t message_size : {0U, 1U, 55U, 56U, 63U, 64U, 65U, 119U, 500U})
        {
            const auto secret = random_secret(secret_size);
            const auto message = random_secret(message_size);
            CAPTURE(secret_size, message_size);
            mac expected;
            const auto* const bytes = reinterpret_cast<const unsigned char*>(message.data());
            HMAC(EVP_sha256(),
                secret.data(),
                static_cast<int>(secret_size),
                bytes,
                message_size,
                reinterpret_cast<unsigned char*>(expected.data()),
                nullptr);
            CHECK(hmac_key(secret).sign({message}) == expected);
        }
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
