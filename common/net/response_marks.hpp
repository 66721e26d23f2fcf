#pragma once

// What every response says besides its answer: Server, Date, Smol-Request-Id. Private to this room.

#include <array>
#include <string>
#include <string_view>

namespace smol::net {

using request_id = std::array<char, 16>;

// Random hexadecimal digits.
request_id make_request_id();

inline std::string_view text_of(const request_id& id) noexcept
{
    return {id.data(), id.size()};
}

// The three fields, each with its line end.
void append_marks(std::string& to, std::string_view id);

}  // namespace smol::net
