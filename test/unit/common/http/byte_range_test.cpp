#include "common/http/byte_range.hpp"

#include <catch2/catch.hpp>

#include <limits>
#include <string>

using namespace smol::http;

namespace {

constexpr auto whole = range_verdict::whole;
constexpr auto partial = range_verdict::partial;
constexpr auto unsatisfiable = range_verdict::unsatisfiable;

}  // namespace

TEST_CASE("evaluate_range reads one range of a value of ten bytes and ignores what it may ignore")
{
    struct row
    {
        std::string header;
        range_verdict verdict;
        byte_range range;
    };
    const auto [header, verdict, range] = GENERATE(values<row>({
        {"bytes=0-4", partial, {0, 5}},
        {"bytes=0-0", partial, {0, 1}},
        {"bytes=9-9", partial, {9, 10}},
        {"bytes=0-9", partial, {0, 10}},
        {"bytes=5-", partial, {5, 10}},
        {"bytes=0-", partial, {0, 10}},
        {"bytes=5-99", partial, {5, 10}},  // clamped
        {"bytes=5-18446744073709551615", partial, {5, 10}},
        {"bytes=5-99999999999999999999999", partial, {5, 10}},
        {"bytes=-3", partial, {7, 10}},
        {"bytes=-10", partial, {0, 10}},
        {"bytes=-99", partial, {0, 10}},
        {"bytes=-99999999999999999999999", partial, {0, 10}},
        {"bytes=007-8", partial, {7, 9}},
        {"Bytes=0-4", partial, {0, 5}},
        {"bytes=10-", unsatisfiable, {}},
        {"bytes=10-20", unsatisfiable, {}},
        {"bytes=99999999999999999999999-", unsatisfiable, {}},
        {"bytes=-0", unsatisfiable, {}},
        {"", whole, {0, 10}},
        {"bytes", whole, {0, 10}},
        {"bytes=", whole, {0, 10}},
        {"bytes=-", whole, {0, 10}},
        {"bytes=4", whole, {0, 10}},
        {"bytes=3-2", whole, {0, 10}},  // malformed: RFC 9110 section 14.2 lets us ignore it
        {"bytes=20-11", whole, {0, 10}},
        {"bytes=a-b", whole, {0, 10}},
        {"bytes=0-b", whole, {0, 10}},
        {"bytes=0-4x", whole, {0, 10}},
        {"bytes=x0-4", whole, {0, 10}},
        {"bytes=+0-4", whole, {0, 10}},
        {"bytes=0-+4", whole, {0, 10}},
        {"bytes=--4", whole, {0, 10}},
        {"bytes=0--4", whole, {0, 10}},
        {"bytes=-4-", whole, {0, 10}},
        {"bytes= 0-4", whole, {0, 10}},
        {"bytes=0 -4", whole, {0, 10}},
        {"bytes=0-4 ", whole, {0, 10}},
        {"bytes =0-4", whole, {0, 10}},
        {"bytes:0-4", whole, {0, 10}},
        {"bytes=0-1,3-4", whole, {0, 10}},
        {"bytes=0-1, 3-4", whole, {0, 10}},
        {"bytes=,0-1", whole, {0, 10}},
        {"bytes=0x0-0x4", whole, {0, 10}},
        {"octets=0-4", whole, {0, 10}},
        {"0-4", whole, {0, 10}},
        {"=0-4", whole, {0, 10}},
    }));
    CAPTURE(header);
    const auto evaluated = evaluate_range(header, 10);
    CHECK(evaluated.verdict == verdict);
    CHECK(evaluated.range.begin == range.begin);
    CHECK(evaluated.range.end == range.end);
}

TEST_CASE("An empty value has no byte to give a part of")
{
    CHECK(evaluate_range("bytes=0-", 0).verdict == unsatisfiable);
    CHECK(evaluate_range("bytes=0-0", 0).verdict == unsatisfiable);
    CHECK(evaluate_range("bytes=-0", 0).verdict == unsatisfiable);
    CHECK(evaluate_range("bytes=-5", 0).verdict == whole);
    CHECK(evaluate_range("bytes=-5", 0).range == byte_range{0, 0});
    CHECK(evaluate_range("", 0).range == byte_range{0, 0});
}

TEST_CASE("The largest sizes do not overflow")
{
    constexpr auto largest = std::numeric_limits<std::uint64_t>::max();
    const auto last = evaluate_range("bytes=18446744073709551614-18446744073709551615", largest);
    CHECK(last.verdict == partial);
    CHECK(last.range == byte_range{largest - 1, largest});
    CHECK(evaluate_range("bytes=18446744073709551615-", largest).verdict == unsatisfiable);
}

TEST_CASE("Content-Range names the last byte, not the one after it")
{
    CHECK(content_range({0, 5}, 10) == "bytes 0-4/10");
    CHECK(content_range({9, 10}, 10) == "bytes 9-9/10");
    CHECK(content_range_unsatisfied(10) == "bytes */10");
    CHECK(content_range_unsatisfied(0) == "bytes */0");
}
