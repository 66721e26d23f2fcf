#pragma once

// DELETE, UNLINK and restore: each one synced change. Runs against the seams only.

#include "common/http/message.hpp"
#include "common/net/task.hpp"
#include "master/deletions.hpp"
#include "master/generation_clock.hpp"
#include "master/index.hpp"
#include "master/remove_decision.hpp"

#include <string>
#include <vector>

namespace smol::master {

// Gives the pending deletions that it entered. not_found, key_protected, precondition_failed and
// the errors of the index. `request` must outlive the await.
net::task<result<std::vector<doomed_blob>>> delete_key(index& entries,
    generation_clock& generations,
    std::string key,
    const http::request_head& request,
    protection policy);

// not_found, precondition_failed and the errors of the index. `request` must outlive the await.
net::task<result<void>> unlink_key(index& entries,
    generation_clock& generations,
    std::string key,
    const http::request_head& request);
net::task<result<void>> restore_key(index& entries,
    generation_clock& generations,
    std::string key,
    const http::request_head& request);

}  // namespace smol::master
