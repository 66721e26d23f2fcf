#include "master/route_choice.hpp"

namespace smol::master {

result<route> choose_route(
    const http::request_head& request, const http::target& target, redirect_policy policy)
{
    const auto redirects = target.has("redirect");
    const auto relays = target.has("relay");
    const auto locates = target.has("location");
    if ((redirects && relays) || (redirects && locates) || (relays && locates))
        return errc::query_invalid;
    if (redirects)
        return route::redirect;
    if (relays)
        return route::relay;
    if (locates)
        return route::location;

    switch (policy)
    {
    case redirect_policy::always:
        return route::redirect;
    case redirect_policy::never:
        return route::relay;
    case redirect_policy::automatic:
        break;
    }
    const auto is_sending = request.method == "PUT" && !request.expects_continue;
    return is_sending ? route::relay : route::redirect;
}

}  // namespace smol::master
