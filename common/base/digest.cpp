#include "common/base/digest.hpp"

#include <openssl/evp.h>
#include <xxhash.h>

#include <bit>
#include <cstring>
#include <new>
#include <stdexcept>

namespace smol {
namespace {

struct md5_free
{
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

struct xxh3_free
{
    void operator()(XXH3_state_t* context) const noexcept { XXH3_freeState(context); }
};

xxh3_digest canonical(XXH128_hash_t hash)
{
    XXH128_canonical_t bytes;
    XXH128_canonicalFromHash(&bytes, hash);
    return std::bit_cast<xxh3_digest>(bytes);
}

// OpenSSL refuses MD5 only where an administrator has forbidden it.
void require(int succeeded)
{
    if (succeeded != 1)
        throw std::runtime_error(
            "OpenSSL refuses MD5, which smol names blobs by. Allow it in openssl.cnf.");
}

}  // namespace

struct md5_stream::state
{
    std::unique_ptr<EVP_MD_CTX, md5_free> context{EVP_MD_CTX_new()};
};

md5_stream::md5_stream() : state_(std::make_unique<state>())
{
    if (!state_->context)
        throw std::bad_alloc();
    require(EVP_DigestInit_ex(state_->context.get(), EVP_md5(), nullptr));
}

md5_stream::~md5_stream() = default;
md5_stream::md5_stream(md5_stream&&) noexcept = default;
md5_stream& md5_stream::operator=(md5_stream&&) noexcept = default;

void md5_stream::update(byte_view bytes)
{
    require(EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()));
}

md5_digest md5_stream::finish()
{
    md5_digest digest;
    auto* const out = reinterpret_cast<unsigned char*>(digest.data());
    require(EVP_DigestFinal_ex(state_->context.get(), out, nullptr));
    return digest;
}

struct xxh3_stream::state
{
    std::unique_ptr<XXH3_state_t, xxh3_free> context{XXH3_createState()};
};

xxh3_stream::xxh3_stream() : state_(std::make_unique<state>())
{
    if (!state_->context)
        throw std::bad_alloc();
    XXH3_128bits_reset(state_->context.get());
}

xxh3_stream::~xxh3_stream() = default;
xxh3_stream::xxh3_stream(xxh3_stream&&) noexcept = default;
xxh3_stream& xxh3_stream::operator=(xxh3_stream&&) noexcept = default;

void xxh3_stream::update(byte_view bytes)
{
    XXH3_128bits_update(state_->context.get(), bytes.data(), bytes.size());
}

xxh3_digest xxh3_stream::value() const
{
    return canonical(XXH3_128bits_digest(state_->context.get()));
}

md5_digest md5_of(std::string_view bytes)
{
    md5_digest digest;
    auto* const out = reinterpret_cast<unsigned char*>(digest.data());
    require(EVP_Digest(bytes.data(), bytes.size(), out, nullptr, EVP_md5(), nullptr));
    return digest;
}

xxh3_digest xxh3_of(std::string_view bytes)
{
    return canonical(XXH3_128bits(bytes.data(), bytes.size()));
}

}  // namespace smol
