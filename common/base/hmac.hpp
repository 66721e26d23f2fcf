#pragma once

// HMAC-SHA256 (RFC 2104), the only way smol signs. Thread-safe.

#include <array>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

namespace smol {

using mac = std::array<std::byte, 32>;

// A secret made ready to sign: what HMAC derives from it is computed once. Copies share it, and any
// thread may sign with it; whoever holds the secret keeps this instead. Without a secret it is
// empty, and signs as HMAC with an empty secret does.
class hmac_key
{
public:
    hmac_key();
    explicit hmac_key(std::string_view secret);

    std::string_view secret() const noexcept;
    bool is_empty() const noexcept { return secret().empty(); }

    // The code of the message that is `parts` one after the other.
    mac sign(std::initializer_list<std::string_view> parts) const;

private:
    struct state;
    std::shared_ptr<const state> state_;
};

// Takes the same time wherever the first difference is. Lengths are not secret.
bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept;

// `length` bytes from the operating system's generator. Throws if there is none.
std::string random_secret(std::size_t length);

}  // namespace smol
