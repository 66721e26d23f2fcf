#include "master/front_door.hpp"

#include "master/get.hpp"
#include "master/routes.hpp"

#include <utility>

namespace smol::master {

bool front_door::serve_now(net::exchange& one)
{
    const auto& method = one.request().method;
    return (method == "GET" || method == "HEAD") && get_now(one, with_);
}

net::task<void> front_door::serve(net::exchange& one)
{
    auto route = find_route(one.request(), one.target());
    if (!route)
        co_await one.refuse(route.error(), {}, {});
    else if (route->own)
        co_await route->own(one, with_);
    else
        co_await route->verb(one, with_, std::move(route->key));
}

}  // namespace smol::master
