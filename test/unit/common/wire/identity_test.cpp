#include "common/wire/identity.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace smol;

TEST_CASE("an identity survives printing and reading")
{
    const wire::identity made{"vol-00ff12ab", "35fcce9f43d5c17e"};
    CHECK(wire::parse_identity(wire::print(made)).value() == made);
    const auto by_hand = R"({"format": 1, "name": "vol-1", "note": "by hand"})";
    CHECK(wire::parse_identity(by_hand).value() == wire::identity{"vol-1", ""});
}

TEST_CASE("an identity that nobody wrote is refused")
{
    CHECK(wire::parse_identity(R"({"format":2,"name":"vol-1"})").error() == errc::format_newer);
    const auto bad = GENERATE(as<std::string>(),
        "",
        "[]",
        "{",
        R"({"name":"vol-1"})",
        R"({"format":0,"name":"vol-1"})",
        R"({"format":"1","name":"vol-1"})",
        R"({"format":1})",
        R"({"format":1,"name":""})",
        R"({"format":1,"name":7})",
        R"({"format":1,"name":"a,b"})",
        R"({"format":1,"name":"a/b"})",
        R"({"format":1,"name":"a b"})");
    CAPTURE(bad);
    CHECK(wire::parse_identity(bad).error() == errc::format_damaged);
}

}  // namespace
