#pragma once

// DELETE, UNLINK and restore, decided against the record as it is inside the committer. Pure.

#include "common/base/result.hpp"
#include "common/http/message.hpp"
#include "common/http/precondition.hpp"
#include "common/wire/record.hpp"
#include "master/deletions.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace smol::master {

enum class protection
{
    off,
    on,  // --protect: a live value must be unlinked before it is deleted
};

struct removal
{
    wire::record write;
    std::vector<doomed_blob> doomed;
};

// `event` is drawn inside the committer, so it is above every event of the key. A condition of the
// request is held against the value, hidden or not.

// not_found, key_protected, precondition_failed.
result<removal> decide_delete(const std::optional<wire::record>& current,
    const http::request_head& request,
    protection policy,
    std::uint64_t event);

// not_found unless it is live; precondition_failed.
result<removal> decide_unlink(const std::optional<wire::record>& current,
    const http::request_head& request,
    std::uint64_t event);

// not_found unless it is unlinked; precondition_failed.
result<removal> decide_restore(const std::optional<wire::record>& current,
    const http::request_head& request,
    std::uint64_t event);

// The entity tag and date of a record's value.
http::validators validators_of(const wire::record_facts& of);

}  // namespace smol::master
