#include "common/base/digest.hpp"

// The plain functions of MD5, for the reason that base/hmac.cpp gives.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/md5.h>
#include <xxhash.h>

#include <bit>
#include <new>

namespace smol {
namespace {

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

}  // namespace

struct md5_stream::state
{
    MD5_CTX context;
};

md5_stream::md5_stream() : state_(std::make_unique<state>())
{
    MD5_Init(&state_->context);
}

md5_stream::~md5_stream() = default;
md5_stream::md5_stream(md5_stream&&) noexcept = default;
md5_stream& md5_stream::operator=(md5_stream&&) noexcept = default;

void md5_stream::update(byte_view bytes)
{
    MD5_Update(&state_->context, bytes.data(), bytes.size());
}

md5_digest md5_stream::finish()
{
    md5_digest digest;
    MD5_Final(reinterpret_cast<unsigned char*>(digest.data()), &state_->context);
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
    const auto* const in = reinterpret_cast<const unsigned char*>(bytes.data());
    MD5(in, bytes.size(), reinterpret_cast<unsigned char*>(digest.data()));
    return digest;
}

xxh3_digest xxh3_of(std::string_view bytes)
{
    return canonical(XXH3_128bits(bytes.data(), bytes.size()));
}

}  // namespace smol
