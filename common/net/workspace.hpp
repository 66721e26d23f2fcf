#pragma once

// Memory in which a handler makes its answer. It is used again by later requests of the same loop,
// so that a request that repeats allocates nothing; an idle connection has none. Empty when a
// request begins.

#include "common/http/message.hpp"

#include <string>

namespace smol::net {

struct workspace
{
    http::response_head head;
    std::string key;    // the key's bytes
    std::string value;  // what the index holds for it
    std::string text;   // anything else

    void clear() noexcept
    {
        head.status = 200;
        head.headers.clear();
        head.printed = {};
        head.body = http::framing::length;
        head.content_length = 0;
        head.keep_alive = true;
        key.clear();
        value.clear();
        text.clear();
    }
};

}  // namespace smol::net
