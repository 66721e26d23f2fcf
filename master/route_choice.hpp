#pragma once

// How a value travels between the client and a volume: redirect, relay, or the client is told
// where. Pure.

#include "common/base/result.hpp"
#include "common/http/message.hpp"
#include "common/http/target.hpp"

namespace smol::master {

// --redirect
enum class redirect_policy
{
    automatic,  // PUT: redirect those who wait for it (Expect: 100-continue), relay the rest
    always,
    never,
};

enum class route
{
    redirect,  // 307
    relay,     // through the master
    location,  // 200 and JSON
};

// ?redirect, ?relay and ?location come before the policy. query_invalid: more than one of them.
result<route> choose_route(
    const http::request_head& request, const http::target& target, redirect_policy policy);

}  // namespace smol::master
