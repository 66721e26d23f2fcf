#include "common/base/hmac.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <sys/random.h>

#include <cerrno>
#include <limits>
#include <stdexcept>
#include <system_error>

namespace smol {

mac hmac_sha256(std::string_view secret, std::string_view message)
{
    if (secret.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
        throw std::length_error("secret");
    mac signature;
    const auto* const input = reinterpret_cast<const unsigned char*>(message.data());
    auto* const out = reinterpret_cast<unsigned char*>(signature.data());
    const auto secret_size = static_cast<int>(secret.size());
    if (!HMAC(EVP_sha256(), secret.data(), secret_size, input, message.size(), out, nullptr))
        throw std::runtime_error("OpenSSL has no HMAC-SHA256");
    return signature;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept
{
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string random_secret(std::size_t length)
{
    std::string secret(length, '\0');
    std::size_t filled = 0;
    while (filled < length)
    {
        const auto got = ::getrandom(secret.data() + filled, length - filled, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            throw std::system_error(errno, std::system_category(), "getrandom");
        filled += static_cast<std::size_t>(got);
    }
    return secret;
}

}  // namespace smol
