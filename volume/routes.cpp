#include "volume/routes.hpp"

#include "volume/internal_handlers.hpp"
#include "volume/value_handlers.hpp"

#include <array>

namespace smol::volume {

namespace {

using handler = net::task<void> (*)(net::exchange&, site&);

struct route
{
    std::string_view method;
    std::string_view path;  // empty: any key
    handler answer;
};

constexpr std::array all_routes{
    route{"GET", "", serve_get},
    route{"HEAD", "", serve_get},
    route{"PUT", "", serve_put},
    route{"DELETE", "", serve_remove},
    route{"GET", "/-/health", serve_health},
    route{"GET", "/-/ready", serve_ready},
    route{"GET", "/-/status", serve_status},
    route{"POST", "/-/publish", serve_publish},
};

constexpr std::string_view own_prefix = "/-/";

const route* find_route(std::string_view method, std::string_view path)
{
    const auto wanted = path.starts_with(own_prefix) ? path : std::string_view();
    for (const auto& one : all_routes)
    {
        if (one.method == method && one.path == wanted)
            return &one;
    }
    return nullptr;
}

bool is_known(std::string_view path)
{
    for (const auto& one : all_routes)
    {
        if (one.path == path)
            return true;
    }
    return false;
}

}  // namespace

bool routes::serve_now(net::exchange& one)
{
    const auto& method = one.request().method;
    return (method == "GET" || method == "HEAD") && get_now(one, here_);
}

net::task<void> routes::serve(net::exchange& one)
{
    const std::string_view path = one.target().path;
    const auto* const found = find_route(one.request().method, path);
    if (found != nullptr)
    {
        co_await found->answer(one, here_);
        co_return;
    }
    const bool is_unknown_page = path.starts_with(own_prefix) && !is_known(path);
    const error_code reason = is_unknown_page ? errc::not_found : errc::method_not_allowed;
    co_await one.refuse(reason, {}, {});
}

}  // namespace smol::volume
