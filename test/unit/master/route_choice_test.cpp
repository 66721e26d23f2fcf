#include "master/route_choice.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace smol::master {

namespace {

http::request_head request_of(std::string_view method, bool expects_continue)
{
    http::request_head request;
    request.method = method;
    request.expects_continue = expects_continue;
    return request;
}

}  // namespace

TEST_CASE("the route is what the request asks for, else what the policy says")
{
    struct row
    {
        const char* method;
        bool expects;
        const char* target;
        redirect_policy policy;
        route way;
    };
    constexpr auto automatic = redirect_policy::automatic;
    constexpr auto always = redirect_policy::always;
    constexpr auto never = redirect_policy::never;
    const std::vector<row> rows{
        {"PUT", true, "/k", automatic, route::redirect},
        {"PUT", false, "/k", automatic, route::relay},
        {"GET", false, "/k", automatic, route::redirect},
        {"HEAD", false, "/k", automatic, route::redirect},
        {"PUT", false, "/k", always, route::redirect},
        {"PUT", true, "/k", never, route::relay},
        {"GET", false, "/k", never, route::relay},
        {"PUT", false, "/k?redirect", automatic, route::redirect},
        {"PUT", true, "/k?relay", automatic, route::relay},
        {"GET", false, "/k?relay", always, route::relay},
        {"GET", false, "/k?redirect", never, route::redirect},
        {"GET", false, "/k?location", never, route::location},
        {"PUT", true, "/k?location", always, route::location},
    };
    for (std::size_t i = 0; i < rows.size(); ++i)
    {
        CAPTURE(i);
        const auto& one = rows[i];
        const auto target = *http::parse_target(one.target);
        CHECK(*choose_route(request_of(one.method, one.expects), target, one.policy) == one.way);
    }
}

TEST_CASE("a request cannot ask for two routes")
{
    for (const auto* raw : {"/k?redirect&relay", "/k?relay&location", "/k?redirect&location"})
    {
        CAPTURE(raw);
        const auto target = *http::parse_target(raw);
        const auto request = request_of("GET", false);
        CHECK(
            choose_route(request, target, redirect_policy::always).error() == errc::query_invalid);
    }
}

}  // namespace smol::master
