#include "volume/value_digest.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace smol;
using volume::md5_rule;
using volume::value_digest;

TEST_CASE("when the MD5 of a value is kept")
{
    struct row
    {
        md5_rule rule;
        std::optional<std::uint64_t> length;
        std::uint64_t size;
        bool is_kept;
    };
    const auto [rule, length, size, is_kept] = GENERATE(values<row>({
        {md5_rule::small, 0, 0, true},
        {md5_rule::small, 1 * MiB, 1 * MiB, true},
        {md5_rule::small, 1 * MiB + 1, 1 * MiB + 1, false},
        {md5_rule::small, std::nullopt, 1 * MiB, true},
        {md5_rule::small, std::nullopt, 1 * MiB + 1, false},
        {md5_rule::always, 1 * MiB + 1, 1 * MiB + 1, true},
        {md5_rule::follows, 0, 0, false},
        {md5_rule::follows, 5, 5, false},
        {md5_rule::always, std::nullopt, 1 * MiB + 1, true},
    }));
    CAPTURE(length, size);
    const std::string bytes(size, 'x');
    value_digest digest(rule, length);
    digest.update(as_bytes(bytes).first(size / 2));
    digest.update(as_bytes(bytes).subspan(size / 2));
    CHECK(digest.size() == size);
    CHECK(digest.xxh3() == xxh3_of(bytes));
    const auto md5 = digest.finish_md5();
    CHECK(md5.has_value() == is_kept);
    if (length)
        CHECK(volume::computes_md5(rule, *length) == is_kept);
    if (md5)
        CHECK(*md5 == md5_of(bytes));
}

}  // namespace
