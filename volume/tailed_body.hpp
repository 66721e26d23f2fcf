#pragma once

// The body of a replica's PUT as its value: the MD5 that the first volume sends after it
// (docs/HTTP_API.md) is kept apart.

#include "common/base/digest.hpp"
#include "common/net/body.hpp"

#include <span>

namespace smol::volume {

inline constexpr std::size_t md5_tail_bytes = md5_digest().size();

class tailed_body final : public net::body_source
{
public:
    // `whole` must outlive it. Its length is known and at least `md5_tail_bytes`.
    explicit tailed_body(net::body_source& whole);

    // Of the value.
    std::optional<std::uint64_t> length() const override;
    // As of any source; body_truncated also if the MD5 is not all there. The pipe of a piece may
    // hold bytes of the MD5 behind it: they are not the caller's.
    net::task<result<net::piece>> next() override;

    // What came after the value, once next() has given the end.
    const md5_digest& md5() const noexcept;

private:
    result<void> take_from_pipe();
    result<net::piece> value_of(const net::piece& one);
    std::span<std::byte> missing() noexcept;

    net::body_source& whole_;
    std::uint64_t remaining_;  // of the value
    md5_digest md5_{};
    std::size_t received_ = 0;  // of the MD5
    io::pipe* pipe_ = nullptr;
    std::size_t in_pipe_ = 0;  // of the MD5, behind a piece that was given out
};

}  // namespace smol::volume
