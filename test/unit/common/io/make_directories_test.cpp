#include "common/io/make_directories.hpp"
#include "test/support/temp_dir.hpp"

#include <catch2/catch.hpp>

#include <cerrno>
#include <filesystem>
#include <fstream>

namespace fs = std::filesystem;
using smol::io::make_directories;

TEST_CASE("make_directories makes what is missing and leaves what is there")
{
    const smol::test::temp_dir in;
    const auto root = fs::path(in.path());

    REQUIRE(make_directories((root / "a").string(), 0700));
    CHECK(fs::status(root / "a").permissions() == fs::perms::owner_all);

    REQUIRE(make_directories((root / "a/b/c").string(), 0755));
    CHECK(fs::is_directory(root / "a/b/c"));
    CHECK(fs::status(root / "a").permissions() == fs::perms::owner_all);

    REQUIRE(make_directories((root / "a/b/c").string(), 0755));
    REQUIRE(make_directories((root / "d/").string(), 0755));
    REQUIRE(make_directories((root / "./e/../f").string(), 0755));
    CHECK(fs::is_directory(root / "f"));
    REQUIRE(make_directories("/", 0755));
}

TEST_CASE("make_directories says why it could not")
{
    const smol::test::temp_dir in;
    const auto file = fs::path(in.path()) / "file";
    std::ofstream(file) << "x";

    CHECK(make_directories((file / "below").string(), 0755).error().value() == ENOTDIR);
}
