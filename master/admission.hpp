#pragma once

// Whether a PUT is let in, and what must still hold when it is committed (step S1). Pure.

#include "common/base/result.hpp"
#include "common/http/message.hpp"
#include "common/wire/record.hpp"
#include "common/wire/ticket.hpp"

#include <cstdint>
#include <optional>

namespace smol::master {

enum class overwriting
{
    forbidden,  // unless the request has If-Match
    allowed,
};

enum class body_comes
{
    now,    // with this request: its length must be known and fit
    later,  // ?location: to the volume, which sees to it
};

struct put_policy
{
    overwriting existing = overwriting::forbidden;
    bool takes_empty = true;  // false: --reject-empty
    std::uint64_t value_bytes_max = 0;
};

struct admission
{
    wire::precondition holds = wire::precondition::none;
    std::uint64_t based_on = 0;
};

// length_required, body_too_large, precondition_failed, key_exists; those of
// http::take_stored_headers.
result<admission> admit_put(const http::request_head& request,
    body_comes body,
    const std::optional<wire::record>& current,
    const put_policy& policy);

}  // namespace smol::master
