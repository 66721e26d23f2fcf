#pragma once

// Sending a body piece by piece in the framing of its message. Private to this room.

#include "common/http/message.hpp"
#include "common/net/body.hpp"
#include "common/net/stream.hpp"

namespace smol::net {

// One piece, not empty; as a chunk of its own where the framing is chunked. Empties the pipe of a
// pipe piece. `to` and what the piece refers to must outlive the await.
task<result<void>> send_framed(stream& to, piece one, http::framing how, more then = more::no);

// What follows the last piece.
task<result<void>> end_framed(stream& to, http::framing how);

}  // namespace smol::net
