#pragma once

// How a command can end, and the sentence that goes with it. The numbers are a promise to scripts:
// docs/OPERATIONS.md lists them. Pure.

#include "common/base/error.hpp"

#include <boost/system/result.hpp>

#include <string>
#include <string_view>

namespace smol::cli {

enum class exit_code
{
    ok = 0,
    failed = 1,     // anything that is not below
    usage = 2,      // the command line makes no sense
    not_found = 4,  // no such key
    temporary = 5,  // unreachable or not now: the same again may work later
    refused = 6,    // by policy or precondition: the same again will not work
    no_room = 7,
    mismatch = 8,  // the digest of what arrived is not the digest of what was sent
};

// What happened, why, and what to do. With exit_code::ok: text for standard output (--help).
struct failure
{
    exit_code code = exit_code::failed;
    std::string message;
};

template <typename T>
using outcome = boost::system::result<T, failure>;

exit_code exit_code_of(unsigned http_status) noexcept;

// Of many: the one they have in common, else `failed`. `ok` gives way to the other.
exit_code both_of(exit_code a, exit_code b) noexcept;

// `subject`: what it is about, as the user wrote it.
failure unreachable(std::string_view subject, std::string_view address);

// The connection broke, or what came over it was not HTTP.
failure interrupted(std::string_view subject, std::string_view address, const error_code& why);

// An answer that says no; `body` is the JSON of http::refusal_body, or anything.
failure refused(std::string_view subject, unsigned status, std::string_view body);

// A call to the operating system about a local file.
failure local(std::string_view path, std::string_view doing, const error_code& why);

}  // namespace smol::cli
