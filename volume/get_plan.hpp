#pragma once

// The whole decision of a GET or HEAD: request head and what the blob says of itself -> status,
// headers and the bytes to send. Pure.

#include "common/http/byte_range.hpp"
#include "common/http/message.hpp"
#include "common/wire/description.hpp"

#include <string>

namespace smol::volume {

struct get_plan
{
    unsigned status = 200;  // 200, 206, 304, 412, 416
    http::fields headers;
    http::byte_range range;  // of the value; empty with 304, 412 and 416
    error_code refusal;      // with 412 and 416: the reason that the body gives
};

get_plan plan_get(const http::request_head& request, const wire::description& about);

// Neither condition nor range: the answer is 200 and all of the value.
bool asks_for_whole(const http::request_head& request);

// The headers of that answer, as they are sent (response_head::printed).
std::string whole_value_fields(const wire::description& about);

}  // namespace smol::volume
