#pragma once

// Counts the requests in a stream of requests without bodies: how often CR LF CR LF goes by. Pure.

#include <cstddef>
#include <string_view>

namespace smol::limits {

class head_counter
{
public:
    // Heads that end within `bytes`, which follow those of the last call.
    std::size_t count(std::string_view bytes) noexcept
    {
        std::size_t found = 0;
        for (const auto byte : bytes)
        {
            const auto wanted = matched_ % 2 == 0 ? '\r' : '\n';
            if (byte == wanted)
                ++matched_;
            else
                matched_ = byte == '\r' ? 1 : 0;
            if (matched_ == 4)
            {
                ++found;
                matched_ = 0;
            }
        }
        return found;
    }

private:
    unsigned matched_ = 0;  // bytes of CR LF CR LF
};

}  // namespace smol::limits
