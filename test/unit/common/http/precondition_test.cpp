#include "common/http/precondition.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace smol::http;

namespace {

constexpr auto holds = condition::holds;
constexpr auto failed = condition::failed;
constexpr auto not_modified = condition::not_modified;

const std::string etag = "\"xxh3-1\"";
const std::string other = "\"xxh3-2\"";
const std::string before = "Sun, 06 Nov 1994 08:49:36 GMT";
const std::string same = "Sun, 06 Nov 1994 08:49:37 GMT";
const std::string after = "Sun, 06 Nov 1994 08:49:38 GMT";
constexpr unix_seconds modified = 784'111'777;

using lines = std::vector<std::pair<std::string, std::string>>;

request_head request_of(const std::string& method, const lines& fields)
{
    request_head request;
    request.method = method;
    for (const auto& [name, value] : fields)
        request.headers.add(name, value);
    return request;
}

const validators present{etag, modified};
const validators absent{};

}  // namespace

TEST_CASE("Conditions hold or fail as RFC 9110 section 13.2.2 orders them")
{
    struct row
    {
        std::string method;
        lines fields;
        condition with_value;
        condition without;
    };
    const auto [method, fields, with_value, without] = GENERATE(values<row>({
        {"GET", {}, holds, holds},
        {"PUT", {{"If-Match", etag}}, holds, failed},
        {"PUT", {{"if-match", "*"}}, holds, failed},
        {"PUT", {{"If-Match", other}}, failed, failed},
        {"PUT", {{"If-Match", "W/" + etag}}, failed, failed},  // strong comparison
        {"PUT", {{"If-Match", other + "," + etag}}, holds, failed},
        {"PUT", {{"If-Match", ", ," + other + " ,\t" + etag + " ,"}}, holds, failed},
        {"PUT", {{"If-Match", other}, {"If-Match", etag}}, holds, failed},
        {"PUT", {{"If-Match", "xxh3-1"}}, failed, failed},  // no quotes
        {"PUT", {{"If-Match", ""}}, failed, failed},
        {"PUT", {{"If-Match", "\"xxh3-1"}}, failed, failed},
        {"PUT", {{"If-Match", "w/" + etag}}, failed, failed},
        {"PUT", {{"If-Match", etag + " " + other}}, failed, failed},
        {"PUT", {{"If-Match", etag + ", *"}}, failed, failed},
        {"PUT", {{"If-Match", etag + ", bad"}}, failed, failed},
        {"PUT", {{"If-Match", "**"}}, failed, failed},
        {"PUT", {{"If-Match", "\"XXH3-1\""}}, failed, failed},
        {"GET", {{"If-Match", other}}, failed, failed},
        {"DELETE", {{"If-Match", other}}, failed, failed},
        {"PUT", {{"If-None-Match", "*"}}, failed, holds},
        {"PUT", {{"If-None-Match", etag}}, failed, holds},
        {"PUT", {{"If-None-Match", other}}, holds, holds},
        {"GET", {{"If-None-Match", etag}}, not_modified, holds},
        {"HEAD", {{"If-None-Match", etag}}, not_modified, holds},
        {"GET", {{"If-None-Match", "W/" + etag}}, not_modified, holds},  // weak comparison
        {"GET", {{"If-None-Match", "*"}}, not_modified, holds},
        {"GET", {{"If-None-Match", other + ", " + etag}}, not_modified, holds},
        {"GET", {{"If-None-Match", other}}, holds, holds},
        {"GET", {{"If-None-Match", "nonsense"}}, holds, holds},
        {"GET", {{"If-None-Match", etag + " nonsense"}}, holds, holds},
        {"GET", {{"If-Modified-Since", before}}, holds, holds},
        {"GET", {{"If-Modified-Since", same}}, not_modified, holds},
        {"HEAD", {{"If-Modified-Since", after}}, not_modified, holds},
        {"PUT", {{"If-Modified-Since", after}}, holds, holds},
        {"DELETE", {{"If-Modified-Since", after}}, holds, holds},
        {"GET", {{"If-Modified-Since", "yesterday"}}, holds, holds},
        {"GET", {{"If-Modified-Since", after}, {"If-Modified-Since", after}}, holds, holds},
        {"GET", {{"If-Unmodified-Since", before}}, failed, holds},
        {"PUT", {{"If-Unmodified-Since", before}}, failed, holds},
        {"PUT", {{"If-Unmodified-Since", same}}, holds, holds},
        {"PUT", {{"If-Unmodified-Since", after}}, holds, holds},
        {"PUT", {{"If-Unmodified-Since", "yesterday"}}, holds, holds},
        // If-Match goes before If-Unmodified-Since, If-None-Match before If-Modified-Since.
        {"PUT", {{"If-Unmodified-Since", before}, {"If-Match", etag}}, holds, failed},
        {"PUT", {{"If-Unmodified-Since", after}, {"If-Match", other}}, failed, failed},
        {"GET", {{"If-Modified-Since", after}, {"If-None-Match", other}}, holds, holds},
        {"GET", {{"If-Modified-Since", before}, {"If-None-Match", etag}}, not_modified, holds},
        // Both kinds: the first has to hold before the second is looked at.
        {"GET", {{"If-None-Match", etag}, {"If-Match", other}}, failed, failed},
        {"GET", {{"If-None-Match", etag}, {"If-Match", etag}}, not_modified, failed},
        {"GET",
            {{"If-Unmodified-Since", after}, {"If-Modified-Since", after}},
            not_modified,
            holds},
    }));
    CAPTURE(method, fields);
    const auto request = request_of(method, fields);
    CHECK(evaluate(request, present) == with_value);
    CHECK(evaluate(request, absent) == without);
}

TEST_CASE("is_conditional knows what evaluate looks at")
{
    CHECK(is_conditional(request_of("PUT", {{"if-match", "*"}})));
    CHECK(is_conditional(request_of("PUT", {{"If-None-Match", "*"}})));
    CHECK(is_conditional(request_of("PUT", {{"If-Unmodified-Since", after}})));
    CHECK(is_conditional(request_of("GET", {{"If-Modified-Since", after}})));
    CHECK_FALSE(is_conditional(request_of("PUT", {{"If-Modified-Since", after}})));
    CHECK_FALSE(is_conditional(request_of("GET", {{"If-Range", etag}})));
    CHECK_FALSE(is_conditional(request_of("GET", {{"Range", "bytes=0-"}})));
    CHECK_FALSE(is_conditional(request_of("GET", {})));
}

TEST_CASE("If-Range lets a range stand for the very same value only")
{
    CHECK(range_applies(request_of("GET", {}), present));
    CHECK(range_applies(request_of("GET", {}), absent));
    CHECK(range_applies(request_of("GET", {{"If-Range", etag}}), present));
    CHECK_FALSE(range_applies(request_of("GET", {{"If-Range", etag}}), absent));
    const auto value = GENERATE(values<std::string>({other,
        "W/" + etag,
        "*",
        "",
        "xxh3-1",
        etag + ", " + other,
        etag + " ",
        before,
        same,  // a date is no strong validator
        after}));
    CAPTURE(value);
    CHECK_FALSE(range_applies(request_of("GET", {{"If-Range", value}}), present));
    CHECK_FALSE(
        range_applies(request_of("GET", {{"If-Range", etag}, {"If-Range", etag}}), present));
}
