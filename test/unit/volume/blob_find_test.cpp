#include "test/unit/volume/memory_store.hpp"

#include <catch2/catch.hpp>

#include <cerrno>

namespace {

using namespace smol;
using namespace smol::test;

TEST_CASE("a staged blob is found by its generation alone")
{
    memory_store in;
    REQUIRE(in.put("k", 5, "five"));
    REQUIRE(in.thread.run(stage(in.store(), "k", 7, "seven")));
    CHECK(in.get("k", 5) == "five");
    CHECK(in.get("k", 6) == "blob_missing");
    CHECK(in.get("k", 7) == "seven");
}

TEST_CASE("other bytes that a second use of the ticket staged are not the value")
{
    memory_store in;
    REQUIRE(in.put("k", 4, "four"));
    REQUIRE(in.thread.run(stage(in.store(), "k", 5, "not five")));
    CHECK(in.get("k", 5) == "blob_missing");
    CHECK(in.get("k", 4) == "four");
}

TEST_CASE("a damaged blob is not served")
{
    memory_store in;
    const bool is_whole = GENERATE(true, false);  // read in one go, or in parts
    const std::size_t bytes_max = is_whole ? MiB : 0;
    REQUIRE(in.put("k", 5, "five"));
    SECTION("a bit has flipped while nobody looked")
    {
        in.disk.flip_bit(home_of_k, 2);
        in.reopen();
    }
    SECTION("it is shorter than it says")
    {
        auto opened = in.thread.run(in.disk.open(home_of_k, 0));
        const auto text = wire::print(describe("k", 5, "fivefive"));
        REQUIRE(in.thread.run(opened->content->set_attribute({wire::blob_attribute, text}))
                    .has_value());
    }
    SECTION("it does not say what it is")
    {
        auto opened = in.thread.run(in.disk.open(home_of_k, 0));
        REQUIRE(in.thread.run(opened->content->set_attribute({wire::blob_attribute, "v1 ?"}))
                    .has_value());
    }
    CHECK(in.get("k", 5, bytes_max) == "blob_damaged");
    REQUIRE(in.thread.run(stage(in.store(), "k", 7, "seven")));
    CHECK(in.get("k", 7, bytes_max) == (is_whole ? "seven" : ""));
}

TEST_CASE("a blob that was read is at hand for who wants it or an earlier one")
{
    memory_store in;
    const std::size_t bytes_max = GENERATE(0U, 100U);
    REQUIRE(in.put("k", 5, "five"));
    CHECK(in.recall("k", 5) == nullptr);
    in.get("k", 5, bytes_max);
    const auto found = in.recall("k", 5);
    REQUIRE(found != nullptr);
    CHECK(found->about == describe("k", 5, "five"));
    CHECK(found->bytes == (bytes_max == 0 ? "" : "five"));
    CHECK((found->content == nullptr) == (bytes_max != 0));
    CHECK(in.recall("k", 4) == found);
    CHECK(in.recall("k", 6) == nullptr);
    CHECK(in.recall("other", 5) == nullptr);
    CHECK(in.store().recall("k", {5, xxh3_of("not five")}) == nullptr);
}

TEST_CASE("a blob is not at hand once another was published over it or it was removed")
{
    memory_store in;
    const std::size_t bytes_max = GENERATE(0U, 100U);
    REQUIRE(in.put("k", 5, "five"));
    in.get("k", 5, bytes_max);
    SECTION("removed")
    {
        REQUIRE(in.thread.run(in.store().remove("k", 4)));
        CHECK(in.recall("k", 5) != nullptr);
        REQUIRE(in.thread.run(in.store().remove("k", 5)));
        CHECK(in.recall("k", 5) == nullptr);
        CHECK(in.get("k", 5) == "blob_missing");
    }
    SECTION("replaced")
    {
        REQUIRE(in.thread.run(stage(in.store(), "k", 7, "seven")));
        CHECK(in.recall("k", 5) != nullptr);
        CHECK(in.recall("k", 7) == nullptr);
        CHECK(in.get("k", 7) == "seven");  // the staged file
        CHECK(in.recall("k", 7) == nullptr);
        REQUIRE(in.thread.run(in.store().publish("k", 7, 0)));
        CHECK(in.recall("k", 5) == nullptr);
        CHECK(in.get("k", 5) == "seven");
        CHECK(in.recall("k", 5)->about.generation == 7);
    }
    SECTION("removed, but for its name on the disk")
    {
        in.disk.fail(failing("flush_directory", "", EIO));
        CHECK_FALSE(in.thread.run(in.store().remove("k", 5)));
        CHECK(in.recall("k", 5) == nullptr);
    }
}

TEST_CASE("a blob that was removed or replaced while it was read is not at hand afterwards")
{
    memory_store in;
    REQUIRE(in.put("k", 5, "five"));
    SECTION("removed")
    {
        const auto found =
            in.get_while("k", 5, [](blob_store& store) { return store.remove("k", 5); });
        REQUIRE(found);
        CHECK((*found)->about.generation == 5);
    }
    SECTION("replaced")
    {
        REQUIRE(in.thread.run(stage(in.store(), "k", 7, "seven")));
        const auto found =
            in.get_while("k", 5, [](blob_store& store) { return store.publish("k", 7, 0); });
        REQUIRE(found);
        CHECK((*found)->about.generation == 5);
    }
    CHECK(in.recall("k", 5) == nullptr);
    CHECK(in.recall("k", 4) == nullptr);
}

TEST_CASE("what changes one key does not keep another from being at hand")
{
    memory_store in;
    REQUIRE(in.put("k", 5, "five"));
    REQUIRE(in.put("other", 4, "four"));
    REQUIRE(in.get_while("k", 5, [](blob_store& store) { return store.remove("other", 4); }));
    CHECK(in.recall("k", 5) != nullptr);
}

TEST_CASE("a blob whose file has failed is read and verified again")
{
    memory_store in;
    REQUIRE(in.put("k", 5, "five"));
    in.get("k", 5, 0);
    in.disk.flip_bit(home_of_k, 2);
    const auto found = in.recall("k", 5);
    REQUIRE(found != nullptr);
    found->sending_failed(errc::request_timeout);
    CHECK(in.recall("k", 5) == found);
    if (GENERATE(false, true))
        found->sending_failed(errc::blob_damaged);
    else
        found->sending_failed(make_error_code(boost::system::errc::io_error));
    CHECK(in.recall("k", 5) == nullptr);
    CHECK(in.get("k", 5, 0) == "blob_damaged");
    CHECK(in.recall("k", 5) == nullptr);
}

TEST_CASE("open files give way to who needs a descriptor")
{
    memory_store in;
    REQUIRE(in.put("k", 5, "five"));
    REQUIRE(in.put("other", 4, "four"));
    int failures = 0;
    in.disk.fail([&](std::string_view operation, const std::string&) {
        const bool is_it = operation == "open" && failures-- > 0;
        return is_it ? error_code(EMFILE, boost::system::system_category()) : error_code();
    });
    in.get("k", 5, 0);
    failures = 1;
    CHECK(in.get("other", 4) == "four");
    CHECK(in.recall("k", 5) == nullptr);
    failures = 3;
    CHECK(in.get("k", 5) != "five");  // nothing was left to give way
    CHECK(in.get("k", 5) == "five");
}

}  // namespace
