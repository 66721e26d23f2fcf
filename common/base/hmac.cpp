#include "common/base/hmac.hpp"

// The plain functions of SHA-256 are marked as deprecated since OpenSSL 3.0. What replaces them
// looks up the algorithm and allocates for each message, which costs more than the hashing.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace smol {

namespace {

constexpr std::size_t block_bytes = 64;  // of SHA-256

using block = std::array<unsigned char, block_bytes>;

mac finish(SHA256_CTX& hash)
{
    mac digest;
    SHA256_Final(reinterpret_cast<unsigned char*>(digest.data()), &hash);
    return digest;
}

// The secret, or its digest if it is longer than a block, filled up with zeros.
block block_of(std::string_view secret)
{
    block filled{};
    if (secret.size() <= block_bytes)
    {
        std::copy(secret.begin(), secret.end(), filled.begin());
        return filled;
    }
    SHA256(reinterpret_cast<const unsigned char*>(secret.data()), secret.size(), filled.data());
    return filled;
}

// SHA-256 after the block that each message begins with.
SHA256_CTX begun_with(const block& filled, unsigned char pad)
{
    block padded;
    std::transform(filled.begin(), filled.end(), padded.begin(), [pad](unsigned char byte) {
        return static_cast<unsigned char>(byte ^ pad);
    });
    SHA256_CTX hash;
    SHA256_Init(&hash);
    SHA256_Update(&hash, padded.data(), padded.size());
    return hash;
}

}  // namespace

struct hmac_key::state
{
    explicit state(std::string_view of)
        : secret(of), inner(begun_with(block_of(of), 0x36)), outer(begun_with(block_of(of), 0x5c))
    {}

    const std::string secret;
    const SHA256_CTX inner;
    const SHA256_CTX outer;
};

hmac_key::hmac_key() : hmac_key(std::string_view())
{}

hmac_key::hmac_key(std::string_view secret) : state_(std::make_shared<state>(secret))
{}

std::string_view hmac_key::secret() const noexcept
{
    return state_->secret;
}

mac hmac_key::sign(std::initializer_list<std::string_view> parts) const
{
    auto inner = state_->inner;
    for (const auto part : parts)
        SHA256_Update(&inner, part.data(), part.size());
    const auto digest = finish(inner);
    auto outer = state_->outer;
    SHA256_Update(&outer, digest.data(), digest.size());
    return finish(outer);
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
