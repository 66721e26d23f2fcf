#pragma once

// What every response says besides its answer: Server, Date, Smol-Request-Id. Private to this room.

#include "common/http/message.hpp"

#include <string>
#include <string_view>

namespace smol::net {

// 16 random hexadecimal digits.
std::string make_request_id();

void mark(http::response_head& head, std::string_view request_id);

}  // namespace smol::net
