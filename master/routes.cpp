#include "master/routes.hpp"

#include "common/key/object_key.hpp"
#include "master/change_verbs.hpp"
#include "master/get.hpp"
#include "master/internal_calls.hpp"
#include "master/join.hpp"
#include "master/list.hpp"
#include "master/put.hpp"
#include "master/status.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace smol::master {

namespace {

constexpr std::string_view own_prefix = "/-/";

struct own_route
{
    std::string_view method;
    std::string_view path;
    own_verb verb;
};

constexpr std::array own_routes{
    own_route{"GET", "/-/health", answer_health},
    own_route{"GET", "/-/ready", answer_ready},
    own_route{"HEAD", "/-/health", answer_health},
    own_route{"HEAD", "/-/ready", answer_ready},
    own_route{"GET", "/-/status", answer_status},
    own_route{"POST", "/-/join", serve_volume},
    own_route{"POST", "/-/commit", take_commit},
    own_route{"POST", "/-/staged", take_staged},
};

// A verb is chosen by the method and, where there is one, the parameter that names it. Other
// parameters that it takes: those that say how a value travels.
struct key_route
{
    std::string_view method;
    std::string_view parameter;
    key_verb verb;
    bool travels;
};

constexpr std::array key_routes{
    key_route{"GET", "", get_value, true},
    key_route{"HEAD", "", get_value, true},
    key_route{"PUT", "", put_value, true},
    key_route{"DELETE", "", delete_value, false},
    key_route{"UNLINK", "", unlink_value, false},
    key_route{"REBALANCE", "", rebalance_value, false},
    key_route{"POST", "unlink", unlink_value, false},
    key_route{"POST", "restore", restore_value, false},
    key_route{"POST", "rebalance", rebalance_value, false},
};

constexpr std::array<std::string_view, 3> ways{"redirect", "relay", "location"};
constexpr std::array<std::string_view, 4> listing_words{"list", "unlinked", "start", "limit"};

template <typename Names>
bool is_one_of(std::string_view name, const Names& names)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

bool takes(const key_route& route, std::string_view parameter)
{
    return parameter == route.parameter || (route.travels && is_one_of(parameter, ways));
}

result<routed> find_own(const http::request_head& request, const http::target& target)
{
    const auto is_stat = target.path.starts_with("/-/stat/");
    if (is_stat && request.method == "GET")
        return routed{answer_stat, nullptr, {}};
    auto is_known = is_stat;
    for (const auto& route : own_routes)
    {
        if (route.path != target.path)
            continue;
        if (route.method == request.method)
            return routed{route.verb, nullptr, {}};
        is_known = true;
    }
    return is_known ? errc::method_not_allowed : errc::key_reserved;
}

result<routed> find_listing(const http::request_head& request, const http::target& target)
{
    if (request.method != "GET")
        return errc::query_invalid;
    for (const auto& parameter : target.query)
        if (!is_one_of(parameter.name, listing_words))
            return errc::query_invalid;
    return routed{list_keys, nullptr, {}};
}

// The verb of a method; with a verb parameter in the query, that one's.
result<const key_route*> find_verb(const http::request_head& request, const http::target& target)
{
    const key_route* found = nullptr;
    auto is_known = false;
    for (const auto& route : key_routes)
    {
        if (route.method != request.method)
            continue;
        is_known = true;
        if (route.parameter.empty() || target.has(route.parameter))
            found = &route;
    }
    if (!is_known || (!found && target.query.empty()))
        return errc::method_not_allowed;
    if (!found)
        return errc::query_invalid;
    for (const auto& parameter : target.query)
        if (!takes(*found, parameter.name))
            return errc::query_invalid;
    return found;
}

}  // namespace

result<routed> find_route(const http::request_head& request, const http::target& target)
{
    if (target.path.starts_with(own_prefix) && !(target.has("list") || target.has("unlinked")))
        return find_own(request, target);
    if (target.has("list") || target.has("unlinked"))
        return find_listing(request, target);
    auto key = key::decode(target.path);
    if (!key)
        return key.error();
    const auto verb = find_verb(request, target);
    if (!verb)
        return verb.error();
    return routed{nullptr, (*verb)->verb, std::move(*key)};
}

}  // namespace smol::master
