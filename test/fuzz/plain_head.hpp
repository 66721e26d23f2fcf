#pragma once

// A request head by a slow and plain reading of the rules (http/message.hpp), written without a
// look at the parser: what the fuzzer holds the parser against.

#include "common/http/message.hpp"

#include <cstdint>
#include <string_view>

namespace smol::fuzz {

struct plain_head
{
    bool may_be_accepted = false;
    // May, and has none of the fields of which more is checked than those rules say (Connection).
    bool must_be_accepted = false;
    http::framing body = http::framing::none;
    std::uint64_t content_length = 0;
    std::size_t fields = 0;
};

plain_head read_plainly(std::string_view bytes);

}  // namespace smol::fuzz
