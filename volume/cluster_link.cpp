#include "volume/cluster_link.hpp"

#include "common/base/hex.hpp"

#include <algorithm>

namespace smol::volume {

cluster_link::cluster_link(std::string_view secret)
    : is_from_file_(!secret.empty()), secret_(secret)
{}

result<void> cluster_link::accept(const wire::beat_answer& answer, instant now)
{
    const std::lock_guard hold(mutex_);
    if (!is_from_file_ && !answer.secret.empty())
    {
        const auto secret = from_hex(answer.secret);
        if (!secret)
            return errc::format_damaged;
        if (*secret != secret_.secret())
            secret_ = hmac_key(*secret);
    }
    clock_ = answer.clock;
    heard_ = now;
    return {};
}

result<wire::ticket> cluster_link::redeem(
    std::string_view text, std::string_view key, instant now) const
{
    std::unique_lock hold(mutex_);
    const auto secret = secret_;
    const auto clock = clock_at(now);
    hold.unlock();
    if (secret.is_empty() || clock == 0)
        return errc::volume_joining;
    return wire::redeem(text, key, secret, clock);
}

hmac_key cluster_link::secret() const
{
    const std::lock_guard hold(mutex_);
    return secret_;
}

std::uint64_t cluster_link::clock(instant now) const
{
    const std::lock_guard hold(mutex_);
    return clock_at(now);
}

std::uint64_t cluster_link::clock_at(instant now) const
{
    if (clock_ == 0)
        return 0;
    const auto since = std::chrono::duration_cast<std::chrono::microseconds>(now - heard_);
    return clock_ + static_cast<std::uint64_t>(std::max<std::int64_t>(since.count(), 0));
}

}  // namespace smol::volume
