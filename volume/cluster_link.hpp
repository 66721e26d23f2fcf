#pragma once

// What a volume server knows of its cluster: the secret that signs tickets, and the master's clock
// that they expire by. Learnt from the answers to heartbeats; reckoned on with the steady clock in
// between. Thread-safe; takes time as an argument.

#include "common/base/hmac.hpp"
#include "common/base/result.hpp"
#include "common/wire/messages.hpp"
#include "common/wire/ticket.hpp"

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

namespace smol::volume {

class cluster_link
{
public:
    using instant = std::chrono::steady_clock::time_point;

    // `secret`: from --secret-file, or empty: the master hands it out.
    explicit cluster_link(std::string_view secret);

    // format_damaged: the secret it brings is unreadable.
    result<void> accept(const wire::beat_answer& answer, instant now);

    // volume_joining: nothing was heard from the master yet. Else as wire::redeem.
    result<wire::ticket> redeem(std::string_view text, std::string_view key, instant now) const;

    // Empty before the master has been heard, unless it came from a file.
    hmac_key secret() const;
    // On the master's generation clock; 0 before the master has been heard.
    std::uint64_t clock(instant now) const;

private:
    std::uint64_t clock_at(instant now) const;  // with mutex_ held

    mutable std::mutex mutex_;
    bool is_from_file_;
    hmac_key secret_;
    std::uint64_t clock_ = 0;
    instant heard_{};
};

}  // namespace smol::volume
