#include "common/key/key_path.hpp"

#include <catch2/catch.hpp>

#include <limits>
#include <string>

using namespace smol;
using namespace smol::key;

namespace {

const std::string name = "faad49866e9498fc1719f5289e7a0269";

}  // namespace

TEST_CASE("blob_name is the MD5 of the key in lower-case digits")
{
    CHECK(blob_name("a") == "0cc175b9c0f1b6a831c399e269772661");
    CHECK(blob_name("wehave") == "e68921230b9c2724c4fd5de95bf00108");
    CHECK(is_blob_name(blob_name(std::string(1024, '\xff'))));
}

TEST_CASE("Different keys can share a name, so a name identifies nothing")
{
    const std::string one =
        "TEXTCOLLBYfGiJUETHQ4hAcKSMd5zYpgqf1YRDhkmxHkhPWptrkoyz28wnI9V0aHeAuaKnak";
    const std::string other =
        "TEXTCOLLBYfGiJUETHQ4hEcKSMd5zYpgqf1YRDhkmxHkhPWptrkoyz28wnI9V0aHeAuaKnak";
    CHECK(one != other);
    CHECK(blob_name(one) == name);
    CHECK(blob_name(other) == name);
}

TEST_CASE("is_blob_name knows exactly 32 lower-case digits")
{
    CHECK(is_blob_name(name));
    const auto bad = GENERATE(values<std::string>({
        "",
        "faad49866e9498fc1719f5289e7a026",
        "faad49866e9498fc1719f5289e7a02690",
        "FAAD49866E9498FC1719F5289E7A0269",
        "gaad49866e9498fc1719f5289e7a0269",
        "faad49866e9498fc1719f5289e7a026 ",
        "../d49866e9498fc1719f5289e7a0269",
        std::string(32, '\0'),
    }));
    CAPTURE(bad);
    CHECK_FALSE(is_blob_name(bad));
}

TEST_CASE("blob_path has two directories above the name")
{
    CHECK(blob_path(name) == "fa/faad/" + name);
    CHECK(blob_path(name).size() == 40);
}

TEST_CASE("Staging names come back, and sort by generation")
{
    const auto generation =
        GENERATE(values<std::uint64_t>({0, 1, 255, 1'763'818'031'000'123, ~std::uint64_t{0}}));
    const auto file = staging_name(name, generation);
    CHECK(file.size() == 49);
    const auto staged = parse_staging_name(file);
    REQUIRE(staged.has_value());
    CHECK(staged->name == name);
    CHECK(staged->generation == generation);
    CHECK((generation == 0 || staging_name(name, generation - 1) < file));
}

TEST_CASE("parse_staging_name refuses what staging_name would not write")
{
    const auto bad = GENERATE(values<std::string>({
        "",
        ".",
        "volume.json",
        name,
        name + ".",
        name + ".0",
        name + ".000644d0a2b1c3d",    // a digit short
        name + ".000644d0a2b1c3de0",  // a digit too many
        name + ".000644D0A2B1C3DE",
        name + ".000644d0a2b1c3dg",
        name + ".+00644d0a2b1c3de",
        name + ".-00644d0a2b1c3de",
        name + ".0x0644d0a2b1c3de",
        name + "-000644d0a2b1c3de",
        name + "..00644d0a2b1c3de",
        " " + name + ".000644d0a2b1c3d",
        name + ".000644d0a2b1c3de ",
        name + ".000644d0a2b1c3de.tmp",
        "F" + name.substr(1) + ".000644d0a2b1c3de",
        name.substr(1) + ".000644d0a2b1c3de0",
    }));
    CAPTURE(bad);
    CHECK(parse_staging_name(bad).error() == errc::format_damaged);
}

TEST_CASE("Every truncation of a staging name is refused")
{
    const auto file = staging_name(name, 1'763'818'031'000'123);
    for (std::size_t length = 0; length < file.size(); ++length)
        CHECK_FALSE(parse_staging_name(std::string_view(file).substr(0, length)).has_value());
}
