#pragma once

// Which verb answers a request: a table of keys' verbs and one of the program's own paths. Pure.

#include "common/http/message.hpp"
#include "common/http/target.hpp"
#include "common/net/exchange.hpp"
#include "master/context.hpp"

#include <string>

namespace smol::master {

using key_verb = net::task<void> (*)(net::exchange&, const context&, std::string key);
using own_verb = net::task<void> (*)(net::exchange&, const context&);

struct routed
{
    own_verb own = nullptr;  // one of the program's own paths, or a listing
    key_verb verb = nullptr;
    std::string key;  // of `verb`
};

// query_invalid: a parameter that no verb knows, or that is not for this one. method_not_allowed,
// and the errors of a key.
result<routed> find_route(const http::request_head& request, const http::target& target);

}  // namespace smol::master
