#include "test/support/memory_names.hpp"

#include <catch2/catch.hpp>

namespace smol::test {

namespace {

const memory_names::fate nothing_spared = [] { return false; };

memory_names::inode file_of(std::string bytes)
{
    auto made = std::make_shared<memory_inode>();
    made->now.bytes = made->durable.bytes = std::move(bytes);
    return made;
}

}  // namespace

TEST_CASE("a name survives once its directory is flushed, and not before")
{
    memory_names names;
    names.link("a", file_of("1"));
    SECTION("not flushed")
    {
        names.lose_power(nothing_spared);
        CHECK(names.files().empty());
    }
    SECTION("flushed")
    {
        names.flush(".");
        names.lose_power(nothing_spared);
        CHECK(names.find("a"));
    }
    SECTION("removed, and that not flushed")
    {
        names.flush(".");
        names.unlink("a");
        names.lose_power(nothing_spared);
        CHECK(names.find("a"));
    }
}

TEST_CASE("a rename is durable in both directories at once, with the directory it leads to")
{
    memory_names names;
    names.make_directory("from");
    names.make_directory("to");
    names.link("from/x", file_of("1"));
    names.link("to/other", file_of("2"));
    names.move("from/x", "to/y");
    names.flush("from");
    names.lose_power(nothing_spared);
    CHECK_FALSE(names.find("from/x"));
    CHECK(names.find("to/y"));
    CHECK_FALSE(names.find("to/other"));
}

TEST_CASE("what a flush failed on is lost although the next flush succeeds")
{
    memory_inode one;
    one.now.bytes = "new";
    one.is_lost = true;
    lose_power(one, [] { return true; });
    CHECK(one.now.bytes.empty());
}

}  // namespace smol::test
