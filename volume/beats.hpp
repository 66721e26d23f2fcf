#pragma once

// What a volume says in its beats, and what it makes of the answers; the stream they travel on is
// membership's.

#include "common/net/task.hpp"
#include "common/wire/messages.hpp"
#include "volume/site.hpp"

#include <cstdint>
#include <string>

namespace smol::volume {

// `public_url`: empty: the master makes one. `port`: ours.
wire::beat beat_of(const served_volume& of, std::string public_url, std::uint16_t port);

// An answer that refuses nothing. format_damaged, and the errors of the disk when the volume first
// becomes a member.
net::task<result<void>> obey_beat_answer(
    site& here, served_volume& of, const wire::beat_answer& answer);

}  // namespace smol::volume
