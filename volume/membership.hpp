#pragma once

// A volume's place in its cluster: one long-lived request to the master, a beat each second, an
// answer to each. The end of the stream means that the process is gone; it is opened again for
// ever.

#include "common/net/client.hpp"
#include "volume/site.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

namespace smol::volume {

struct membership_options
{
    std::string master;      // "host:port"
    std::string public_url;  // empty: the master makes one
    std::uint16_t port = 0;  // ours
};

class membership
{
public:
    // `refused`: the master will not have this volume, which must stop; called with a sentence. All
    // must outlive the coroutine.
    membership(site& here,
        served_volume& of,
        membership_options options,
        std::function<void(std::string)> refused);

    // Until leave(), or a refusal.
    net::task<void> keep();
    // The stream ends within a second. Any thread.
    void leave() noexcept { is_leaving_.store(true); }

private:
    net::task<result<void>> live(net::client_exchange& stream);
    net::task<result<net::client_exchange>> join();
    net::task<result<void>> beat(net::stream& to);
    net::task<result<std::string>> next_line(net::stream& from);
    net::task<result<void>> obey(const wire::beat_answer& answer);
    net::task<void> back_off();

    site& site_;
    served_volume& volume_;
    membership_options options_;
    std::function<void(std::string)> refused_;
    std::string received_;   // beyond the last line
    unsigned failures_ = 0;  // since the last answer
    std::atomic<bool> is_leaving_{false};
};

}  // namespace smol::volume
