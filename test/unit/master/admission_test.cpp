#include "master/admission.hpp"
#include "master/remove_decision.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <string_view>

namespace smol::master {

namespace {

using wire::precondition;
using wire::state;

constexpr std::uint64_t event = 70;

enum class there
{
    nothing,
    live,
    unlinked,
    tombstone,
};

std::optional<wire::record> record_of(there what)
{
    if (what == there::nothing)
        return std::nullopt;
    wire::record record;
    record.is = what == there::live       ? state::live
                : what == there::unlinked ? state::unlinked
                                          : state::tombstone;
    record.generation = 50'000'000;
    record.event = event;
    record.volumes = {"vol-1"};
    return record;
}

http::request_head put_with(std::string_view name = {}, std::string_view value = {})
{
    http::request_head request;
    request.method = "PUT";
    request.target = "/k";
    request.body = http::framing::length;
    request.content_length = 10;
    request.headers.add("Host", "localhost");
    request.headers.add("Content-Length", "10");
    if (!name.empty())
        request.headers.add(name, value);
    return request;
}

constexpr auto now = body_comes::now;
constexpr auto later = body_comes::later;
constexpr put_policy forbid{overwriting::forbidden, true, 100};
constexpr put_policy allow{overwriting::allowed, true, 100};

std::string etag()
{
    return wire::etag_of(xxh3_digest{});
}

}  // namespace

TEST_CASE("a PUT without conditions is let in by the policy")
{
    struct row
    {
        put_policy policy;
        there what;
        std::optional<errc> refusal;
        precondition holds;
    };
    const std::vector<row> rows{
        {forbid, there::live, errc::key_exists, {}},
        {forbid, there::nothing, std::nullopt, precondition::absent},
        {forbid, there::tombstone, std::nullopt, precondition::absent},
        {forbid, there::unlinked, std::nullopt, precondition::absent},
        {allow, there::nothing, std::nullopt, precondition::none},
        {allow, there::live, std::nullopt, precondition::none},
        {allow, there::tombstone, std::nullopt, precondition::none},
    };
    for (std::size_t i = 0; i < rows.size(); ++i)
    {
        CAPTURE(i);
        const auto& one = rows[i];
        const auto admitted = admit_put(put_with(), now, record_of(one.what), one.policy);
        if (one.refusal)
        {
            REQUIRE(admitted.has_error());
            CHECK(admitted.error() == *one.refusal);
            continue;
        }
        REQUIRE(admitted.has_value());
        CHECK(admitted->holds == one.holds);
    }
}

TEST_CASE("a PUT with conditions is held against the live value")
{
    struct row
    {
        put_policy policy;
        there what;
        std::string name;
        std::string value;
        std::optional<errc> refusal;
        precondition holds;
    };
    const auto failed = errc::precondition_failed;
    const std::vector<row> rows{
        {forbid, there::live, "If-None-Match", "*", failed, {}},
        {allow, there::live, "If-None-Match", "*", failed, {}},
        {forbid, there::live, "If-None-Match", etag(), failed, {}},
        {forbid, there::live, "If-Match", "\"xxh3-0\"", failed, {}},
        {forbid, there::live, "If-Match", "W/" + etag(), failed, {}},
        {forbid, there::live, "If-Match", "nonsense", failed, {}},
        {forbid, there::nothing, "If-Match", "*", failed, {}},
        {forbid, there::nothing, "If-Match", etag(), failed, {}},
        {forbid, there::tombstone, "If-Match", etag(), failed, {}},
        {forbid, there::unlinked, "If-Match", etag(), failed, {}},
        {allow, there::live, "If-Unmodified-Since", "Thu, 01 Jan 1970 00:00:10 GMT", failed, {}},
        {forbid, there::live, "If-None-Match", "\"other\"", errc::key_exists, {}},
        {forbid, there::live, "If-Match", "*", std::nullopt, precondition::unchanged},
        {forbid, there::live, "If-Match", etag(), std::nullopt, precondition::unchanged},
        {allow, there::live, "If-Match", etag(), std::nullopt, precondition::unchanged},
        {allow, there::live, "If-None-Match", "\"o\"", std::nullopt, precondition::unchanged},
        {forbid, there::nothing, "If-None-Match", "*", std::nullopt, precondition::absent_asked},
        {allow, there::tombstone, "If-None-Match", "*", std::nullopt, precondition::absent_asked},
        {forbid, there::unlinked, "If-None-Match", "*", std::nullopt, precondition::absent_asked},
    };
    for (std::size_t i = 0; i < rows.size(); ++i)
    {
        CAPTURE(i);
        const auto& one = rows[i];
        const auto request = put_with(one.name, one.value);
        const auto admitted = admit_put(request, now, record_of(one.what), one.policy);
        if (one.refusal)
        {
            REQUIRE(admitted.has_error());
            CHECK(admitted.error() == *one.refusal);
            continue;
        }
        REQUIRE(admitted.has_value());
        CHECK(admitted->holds == one.holds);
        CHECK(admitted->based_on == (one.holds == precondition::unchanged ? event : 0));
    }
}

TEST_CASE("a PUT needs a length within the limits")
{
    auto policy = forbid;
    auto request = put_with();

    request.content_length = 100;
    CHECK(admit_put(request, now, {}, policy).has_value());
    request.content_length = 101;
    CHECK(admit_put(request, now, {}, policy).error() == errc::body_too_large);
    request.content_length = 0;
    CHECK(admit_put(request, now, {}, policy).has_value());
    policy.takes_empty = false;
    CHECK(admit_put(request, now, {}, policy).error() == errc::length_required);

    request.headers.remove("Content-Length");
    request.body = http::framing::none;
    CHECK(admit_put(request, now, {}, forbid).error() == errc::length_required);
    CHECK(admit_put(request, later, {}, policy).has_value());
    request.body = http::framing::chunked;
    CHECK(admit_put(request, now, {}, forbid).has_value());
    CHECK(admit_put(request, now, {}, policy).has_value());
}

TEST_CASE("a PUT with headers too large to keep is refused before it is sent anywhere")
{
    auto request = put_with("Smol-Meta-Long", std::string(3000, 'x'));
    CHECK(admit_put(request, now, {}, forbid).error() == errc::meta_too_large);
}

}  // namespace smol::master
