#include "master/change_verbs.hpp"
#include "master/get.hpp"
#include "master/list.hpp"
#include "master/put.hpp"
#include "master/routes.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace smol::master {

namespace {

result<routed> route_of(std::string_view method, std::string_view raw)
{
    http::request_head request;
    request.method = method;
    return find_route(request, *http::parse_target(raw));
}

}  // namespace

TEST_CASE("every verb is found by its method, or by the parameter that names it")
{
    struct row
    {
        const char* method;
        const char* raw;
        key_verb verb;
        const char* key;
    };
    const std::vector<row> rows{
        {"GET", "/k", get_value, "k"},
        {"GET", "/k?relay", get_value, "k"},
        {"HEAD", "/a/b", get_value, "a/b"},
        {"PUT", "/a%20b?redirect", put_value, "a b"},
        {"PUT", "//k?location", put_value, "/k"},
        {"DELETE", "/k", delete_value, "k"},
        {"UNLINK", "/k", unlink_value, "k"},
        {"REBALANCE", "/k", rebalance_value, "k"},
        {"POST", "/k?unlink", unlink_value, "k"},
        {"POST", "/k?restore", restore_value, "k"},
        {"POST", "/k?rebalance", rebalance_value, "k"},
        {"GET", "/-x", get_value, "-x"},
    };
    for (const auto& [method, raw, verb, key] : rows)
    {
        CAPTURE(method, raw);
        const auto found = route_of(method, raw);
        REQUIRE(found.has_value());
        CHECK(found->verb == verb);
        CHECK(found->key == key);
    }
    CHECK(route_of("GET", "/?list")->own == list_keys);
    CHECK(route_of("GET", "/a?unlinked&start=/a&limit=3")->own == list_keys);
    for (const auto* own : {"/-/health", "/-/ready", "/-/status", "/-/stat/k"})
        CHECK(route_of("GET", own)->own != nullptr);
    for (const auto* own : {"/-/join", "/-/commit", "/-/staged"})
        CHECK(route_of("POST", own)->own != nullptr);
}

TEST_CASE("what no verb answers is refused with its reason")
{
    struct row
    {
        const char* method;
        const char* raw;
        errc reason;
    };
    const std::vector<row> rows{
        {"POST", "/k", errc::method_not_allowed},
        {"PATCH", "/k", errc::method_not_allowed},
        {"OPTIONS", "/k?list", errc::query_invalid},
        {"get", "/k", errc::method_not_allowed},
        {"GET", "/k?bogus", errc::query_invalid},
        {"GET", "/k?unlink", errc::query_invalid},
        {"GET", "/k?limit=1", errc::query_invalid},
        {"GET", "/k?ticket=x", errc::query_invalid},
        {"PUT", "/k?list", errc::query_invalid},
        {"PUT", "/k?restore", errc::query_invalid},
        {"DELETE", "/k?relay", errc::query_invalid},
        {"POST", "/k?relay", errc::query_invalid},
        {"POST", "/k?unlink&restore", errc::query_invalid},
        {"GET", "/k?list&relay", errc::query_invalid},
        {"GET", "/", errc::key_empty},
        {"PUT", "/%zz", errc::key_malformed},
        {"PUT", "/-/k", errc::key_reserved},
        {"GET", "/-/", errc::key_reserved},
        {"GET", "/%2d/x", errc::key_reserved},
        {"PUT", "/-/health", errc::method_not_allowed},
        {"GET", "/-/commit", errc::method_not_allowed},
        {"PUT", "/-/stat/k", errc::method_not_allowed},
    };
    for (const auto& [method, raw, reason] : rows)
    {
        CAPTURE(method, raw);
        const auto found = route_of(method, raw);
        REQUIRE(found.has_error());
        CHECK(found.error() == reason);
    }
}

}  // namespace smol::master
