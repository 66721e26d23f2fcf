#include "test/unit/volume/put_world.hpp"
#include "volume/put_value.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace smol;
using namespace smol::test;

TEST_CASE("a replica keeps the MD5 that it is sent, and computes none")
{
    memory_cluster in(either_way());
    auto asked = in.order("k", generation);
    asked.right.op = wire::operation::replica;
    asked.md5 = volume::md5_rule::follows;
    const auto sent = md5_of("not hello");
    memory_body body({"hel", "lo" + std::string(as_text(sent))}, length_is::known);
    const auto staged = in.run(volume::stage_replica(*in.members[1]->with, asked, body));
    REQUIRE(staged.has_value());
    CHECK(staged->size == 5);
    CHECK(staged->xxh3 == xxh3_of("hello"));
    CHECK(staged->md5 == sent);
    CHECK(staged_description(in, 1).md5 == sent);
}

TEST_CASE("a replica whose MD5 was cut off keeps nothing")
{
    memory_cluster in(either_way());
    auto asked = in.order("k", generation);
    asked.right.op = wire::operation::replica;
    asked.md5 = volume::md5_rule::follows;
    memory_body body({"hello", "0123456789abcde"}, length_is::known);
    body.promise(5 + 16);
    const auto staged = in.run(volume::stage_replica(*in.members[1]->with, asked, body));
    CHECK(staged.error() == errc::body_truncated);
    CHECK(files_everywhere(in) == 0);
}

}  // namespace
