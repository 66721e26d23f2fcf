#include "common/io/file.hpp"
#include "test/support/print_result.hpp"
#include "test/support/temp_dir.hpp"

#include <catch2/catch.hpp>

#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace {

using namespace smol;
using namespace smol::test;

int errno_of(const error_code& ec)
{
    return ec.category() == boost::system::system_category() ? ec.value() : -1;
}

TEST_CASE("files are made once, renamed, listed and removed below a directory")
{
    const temp_dir temporary;
    const auto root = io::open_directory(temporary.path()).value();
    const int at = root.get();
    REQUIRE(io::make_directory_at(at, "a"));
    REQUIRE(io::make_directory_at(at, "a"));
    REQUIRE(io::create_file_at(at, "a/one"));
    CHECK(errno_of(io::create_file_at(at, "a/one").error()) == EEXIST);
    CHECK(errno_of(io::open_file_at(at, "a/two").error()) == ENOENT);
    REQUIRE(io::rename_at(at, "a/one", "two"));
    CHECK(io::list_directory(at, "a").value().empty());
    auto names = io::list_directory(at, "").value();
    std::sort(names.begin(), names.end());
    CHECK(names == std::vector<std::string>{"a", "two"});
    CHECK(errno_of(io::list_directory(at, "b").error()) == ENOENT);
    REQUIRE(io::unlink_at(at, "two"));
    CHECK(errno_of(io::unlink_at(at, "two").error()) == ENOENT);
}

TEST_CASE("nothing outside the directory can be reached")
{
    const temp_dir temporary;
    const auto outer = io::open_directory(temporary.path()).value();
    REQUIRE(io::replace_file_at(outer.get(), "secret", "s"));
    REQUIRE(io::make_directory_at(outer.get(), "in"));
    REQUIRE(io::make_directory_at(outer.get(), "in/sub"));
    REQUIRE(::symlink("../secret", (temporary / "in/link").c_str()) == 0);
    REQUIRE(::symlink("..", (temporary / "in/up").c_str()) == 0);
    const auto root = io::open_directory_at(outer.get(), "in").value();
    const auto* path =
        GENERATE("../secret", "link", "up/secret", "/etc/passwd", "sub/../../secret");
    CAPTURE(path);
    const int at = root.get();
    CHECK_FALSE(io::open_file_at(at, path));
    CHECK_FALSE(io::read_file_at(at, path, 100));
    const std::string fresh = std::string(path) + "x";
    CHECK_FALSE((path != std::string("link") && io::create_file_at(at, fresh)));
    CHECK_FALSE((path != std::string("link") && io::make_directory_at(at, fresh)));
    CHECK_FALSE((path != std::string("link") && io::unlink_at(at, path)));
    CHECK_FALSE((path != std::string("link") && io::rename_at(at, path, "here")));
}

TEST_CASE("facts, space and attributes are told as the system knows them")
{
    const temp_dir temporary;
    const auto root = io::open_directory(temporary.path()).value();
    REQUIRE(io::replace_file_at(root.get(), "f", "12345"));
    const auto file = io::open_file_at(root.get(), "f").value();
    const auto facts = io::facts_of(file.get()).value();
    CHECK(facts.size == 5);
    CHECK(facts.regular);
    CHECK(facts.inode != 0);
    CHECK_FALSE(io::facts_of(root.get()).value().regular);
    const auto space = io::space_of(root.get()).value();
    CHECK(space.capacity_bytes >= space.free_bytes);
    CHECK(space.free_bytes > 0);
    CHECK(space.free_inodes > 0);
    CHECK(errno_of(io::facts_of(-1).error()) == EBADF);
    CHECK(io::flush_data(file.get()));
    CHECK(io::flush_all(root.get()));
}

TEST_CASE("attributes keep any bytes")
{
    const temp_dir temporary;
    const auto root = io::open_directory(temporary.path()).value();
    const auto file = io::create_file_at(root.get(), "f").value();
    const std::string value("a\0b\n\xff", 5);
    const auto set = io::set_attribute(file.get(), "user.smol.test", value);
    if (!set && errno_of(set.error()) == ENOTSUP)
        return;  // this file system keeps none
    REQUIRE(set);
    CHECK(io::get_attribute(file.get(), "user.smol.test").value() == value);
    CHECK(errno_of(io::get_attribute(file.get(), "user.smol.other").error()) == ENODATA);
}

TEST_CASE("small files are read whole, up to a limit, and replaced at once")
{
    const temp_dir temporary;
    const auto root = io::open_directory(temporary.path()).value();
    const int at = root.get();
    REQUIRE(io::make_directory_at(at, "d"));
    for (const std::string content : {"first", "", "a longer second"})
    {
        REQUIRE(io::replace_file_at(at, "d/f", content));
        CHECK(io::read_file_at(at, "d/f", 100).value() == content);
    }
    CHECK(errno_of(io::read_file_at(at, "d/f", 5).error()) == EFBIG);
    REQUIRE(io::create_file_at(at, "d/f.new"));  // what a crash left
    REQUIRE(io::replace_file_at(at, "d/f", "third"));
    CHECK(io::list_directory(at, "d").value() == std::vector<std::string>{"f"});
    CHECK_FALSE(io::replace_file_at(at, "missing/f", "x"));
}

}  // namespace
