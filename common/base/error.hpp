#pragma once

// Every reason smol can have to say no, as an error_code of its own category.
// Map to HTTP with http::status_of and nowhere else. Errors of system calls keep the system
// category.

#include <boost/system/error_code.hpp>

#include <string_view>
#include <type_traits>

namespace smol {

using error_code = boost::system::error_code;

enum class errc
{
    // The request cannot be understood or is not allowed.
    malformed_request = 1,  // not HTTP/1.x as RFC 9112 has it, or a part of it that we refuse
    target_too_long,        // request target over the limit
    headers_too_large,      // header section, trailers or chunk extensions over the limit
    too_many_headers,       // more fields than we keep
    key_empty,              // the target names no key
    key_too_long,           // over 1,024 bytes
    key_reserved,           // begins with "-/", which is the program's own
    key_malformed,          // bad percent-encoding, NUL in the raw target, fragment
    query_invalid,          // unknown, doubled or unreadable query parameter
    method_not_allowed,     // no such operation here
    length_required,        // PUT without Content-Length or chunked; or empty with --reject-empty
    body_too_large,         // over the limit of the ticket or the server
    body_truncated,         // the client went away before the end of the body
    digest_mismatch,        // Content-MD5 does not fit the bytes that arrived
    meta_too_large,         // Content-Type and Smol-Meta-* over their limits
    precondition_failed,    // If-Match and its kin, at admission or at commit
    not_modified,           // a conditional GET whose condition says: you have it
    range_unsatisfiable,    // Range beyond the end of the value
    request_timeout,        // too slow to send what it promised

    // The request is fine; the state of the store says no.
    not_found,       // no such key
    key_exists,      // overwriting is forbidden by the policy
    key_protected,   // --protect: unlink first
    write_conflict,  // another write of this key was committed first
    key_collision,   // another key with the same MD5 lives here
    value_gone,      // every replica of the value is lost

    // Rights.
    ticket_missing,
    ticket_invalid,  // altered, or for another key, method or volume
    ticket_expired,
    signature_invalid,  // internal call without a valid and fresh signature
    secret_unsafe,      // secret file readable by others, too short, or not readable

    // Not now.
    too_few_volumes,    // fewer volumes up than --min-replicas
    no_room,            // no volume, or not this one, has room for it
    volumes_down,       // all volumes that hold the value are down
    volume_joining,     // this volume has not been let in by the master yet
    volume_read_only,   // an I/O error made this volume read-only
    too_many_requests,  // connection cap
    shutting_down,

    // Something of ours is broken.
    blob_missing,        // the volume has no such generation of the key
    blob_damaged,        // size, attributes or digest of a blob do not fit
    no_user_attributes,  // file system keeps no user.* extended attributes
    index_failed,        // RocksDB said no
    peer_unreachable,    // another process did not answer, or not in time
    peer_refused,        // it answered, and said no
    format_newer,        // written by a newer version of smol
    format_damaged,      // not a format we know
    foreign_cluster,     // a volume of another cluster
    outcome_unknown,     // the master did not say whether it committed: stored or not
};

const boost::system::error_category& smol_category() noexcept;
error_code make_error_code(errc reason) noexcept;

// The name of a reason as it appears in JSON bodies and logs: "key_exists". Stable.
// Codes of other categories give "io_error".
const char* name_of(const error_code& reason) noexcept;

// What, why and what to do, for a person; of our own codes only. As message(), without a copy.
std::string_view sentence_of(const error_code& reason) noexcept;

// The reverse, for a reason that another process gives; peer_refused for a name that is not ours.
error_code error_named(std::string_view name) noexcept;

}  // namespace smol

template <>
struct boost::system::is_error_code_enum<smol::errc> : std::true_type
{};
