#include "test/unit/volume/memory_store.hpp"

#include <catch2/catch.hpp>

#include <cerrno>

namespace {

using namespace smol;
using namespace smol::test;

TEST_CASE("the latest generation is kept, whatever the order in which they are published")
{
    memory_store in;
    REQUIRE(in.thread.run(stage(in.store(), "k", 5, "five")));
    REQUIRE(in.thread.run(stage(in.store(), "k", 7, "seven")));
    REQUIRE(in.thread.run(in.store().publish("k", 7, 0)));
    REQUIRE(in.thread.run(in.store().publish("k", 5, 0)));
    REQUIRE(in.thread.run(in.store().publish("k", 5, 0)));
    CHECK(in.get("k", 5) == "seven");
    CHECK(in.get("k", 7) == "seven");
    CHECK(in.get("k", 8) == "blob_missing");
    CHECK(in.disk.files() == std::vector<std::string>{home_of_k});
    CHECK(in.store().blobs() == 1);
}

TEST_CASE("publishing what is not there fails, and what is still arriving too")
{
    memory_store in;
    CHECK(in.thread.run(in.store().publish("k", 5, 0)).error() == errc::blob_missing);
    auto arriving =
        in.thread.run(in.store().stage({"k", 5, staged_role::replica, std::nullopt, {}}));
    REQUIRE(arriving.has_value());
    CHECK(in.thread.run(in.store().publish("k", 5, 0)).error() == errc::write_conflict);
}

TEST_CASE("another key with the same MD5 is refused and never served")
{
    memory_store in;
    REQUIRE(in.put("k", 5, "five"));
    // No two keys with one MD5 are at hand: the blob is made to belong to another key.
    auto opened = in.thread.run(in.disk.open(home_of_k, 0));
    REQUIRE(
        in.thread.run(opened->content->set_attribute({wire::key_attribute, "other"})).has_value());
    CHECK(in.get("k", 5) == "blob_missing");
    CHECK(in.put("k", 7, "seven").error() == errc::key_collision);
    REQUIRE(in.thread.run(in.store().remove("k", 9)));
    CHECK(in.disk.has(home_of_k));
}

TEST_CASE("removal takes the generations up to the one named, and only those of its key")
{
    memory_store in;
    REQUIRE(in.put("k", 5, "five"));
    REQUIRE(in.put("other", 4, "four"));
    REQUIRE(in.thread.run(in.store().remove("k", 4)));
    CHECK(in.get("k", 5) == "five");
    REQUIRE(in.thread.run(stage(in.store(), "k", 7, "seven")));
    REQUIRE(in.thread.run(in.store().remove("k", 5)));
    CHECK(in.get("k", 5) == "blob_missing");
    CHECK(in.get("k", 7) == "seven");
    REQUIRE(in.thread.run(in.store().remove("k", 7)));
    CHECK(in.get("k", 7) == "blob_missing");
    REQUIRE(in.thread.run(in.store().remove("k", 7)));
    CHECK(in.get("other", 4) == "four");
    in.disk.lose_power();
    in.reopen();
    CHECK(in.get("k", 5) == "blob_missing");
    CHECK(in.get("other", 4) == "four");
}

TEST_CASE("removal is not confirmed while the disk does not say what is there")
{
    memory_store in;
    const int number = GENERATE(EIO, EMFILE);
    REQUIRE(in.put("k", 5, "five"));
    in.disk.fail(failing("open", home_of_k, number));
    CHECK_FALSE(in.thread.run(in.store().remove("k", 5)));
    in.disk.fail(nullptr);
    REQUIRE(in.thread.run(stage(in.store(), "k", 7, "seven")));
    in.disk.fail(failing("unlink", volume::staging_directory, number));
    CHECK_FALSE(in.thread.run(in.store().remove("k", 7)));
    in.disk.fail(nullptr);
    in.reopen();
    REQUIRE(in.thread.run(in.store().remove("k", 7)));
    CHECK(in.disk.files().empty());
}

TEST_CASE("a removal that was cut off before its flush is flushed by the next one")
{
    memory_store in;
    REQUIRE(in.put("k", 5, "five"));
    in.disk.keep_names();
    in.disk.fail(failing("flush_directory", "", EIO));
    CHECK_FALSE(in.thread.run(in.store().remove("k", 5)));
    in.disk.fail(nullptr);
    CHECK_FALSE(in.disk.has(home_of_k));
    blob_store again(
        in.disk, "vol-a", {});  // killed and restarted; its own start flushed nothing else
    REQUIRE(in.thread.run(again.remove("k", 5)));
    in.disk.lose_power();
    CHECK_FALSE(in.disk.has(home_of_k));
}

TEST_CASE("what is committed but was deleted before its upload heard of it does not come back")
{
    memory_store in;
    auto upload = in.thread.run(in.store().stage({"k", 5, staged_role::first, std::nullopt, {}}));
    REQUIRE(upload.has_value());
    REQUIRE(in.put("k", 7, "seven"));
    REQUIRE(in.thread.run(in.store().remove("k", 7)));
    {
        const auto ended = std::move(*upload);
    }
    CHECK(in.thread.run(in.store().publish("k", 5, 0)).error() == errc::blob_missing);
    CHECK(in.disk.files().empty());
}

TEST_CASE("word of one upload does not publish what another one brought")
{
    memory_store in;
    {
        auto second =
            in.thread.run(in.store().stage({"k", 5, staged_role::replica, std::nullopt, {}, 2}));
        REQUIRE(second.has_value());
        REQUIRE(in.thread.run(in.store().seal(*second, describe("k", 5, ""))));
    }
    CHECK(in.thread.run(in.store().publish("k", 5, 1)).error() == errc::blob_missing);
    CHECK(in.store().staging().size() == 1);
    REQUIRE(in.thread.run(in.store().publish("k", 5, 2)));
    CHECK(in.thread.run(in.store().find("k", {5, xxh3_of("")}, MiB)).has_value());
}

TEST_CASE("an old generation is not published over what cannot be read")
{
    memory_store in;
    const int number = GENERATE(EIO, EMFILE);
    REQUIRE(in.thread.run(stage(in.store(), "k", 5, "five")));
    REQUIRE(in.put("k", 7, "seven"));
    in.disk.fail(failing("open", home_of_k, number));
    CHECK_FALSE(in.thread.run(in.store().publish("k", 5, 0)));
    in.disk.fail(nullptr);
    CHECK(in.get("k", 7) == "seven");
    REQUIRE(in.thread.run(in.store().publish("k", 5, 0)));
    CHECK(in.get("k", 7) == "seven");
}

TEST_CASE("what a removal has overtaken is never published")
{
    memory_store in;
    REQUIRE(in.thread.run(stage(in.store(), "k", 5, "five")));
    REQUIRE(in.thread.run(stage(in.store(), "k", 7, "seven")));
    REQUIRE(in.thread.run(stage(in.store(), "k", 9, "nine")));
    SECTION("what waits goes with it, durably")
    {
        REQUIRE(in.thread.run(in.store().remove("k", 7)));
        CHECK(in.thread.run(in.store().publish("k", 5, 0)).error() == errc::blob_missing);
        CHECK(in.thread.run(in.store().publish("k", 7, 0)).error() == errc::blob_missing);
        in.disk.lose_power();
        in.reopen();
        CHECK(in.disk.files().size() == 1);
    }
    SECTION("what an upload is still at work on goes too, and the upload ends without a name")
    {
        {
            auto arriving =
                in.thread.run(in.store().stage({"k", 6, staged_role::first, std::nullopt, {}}));
            REQUIRE(arriving.has_value());
            REQUIRE(in.thread.run(in.store().remove("k", 7)));
            volume::value_digest digest(volume::md5_rule::small, 3);
            const net::piece all{as_bytes("six"), nullptr, 3};
            REQUIRE(in.thread.run(in.store().append(*arriving, all, digest)));
            REQUIRE(in.thread.run(in.store().seal(*arriving, describe("k", 6, "six"))));
        }
        CHECK(in.thread.run(in.store().publish("k", 6, 0)).error() == errc::blob_missing);
        CHECK(in.store().staging().size() == 1);
    }
    CHECK_FALSE(in.disk.has(home_of_k));
    REQUIRE(in.thread.run(in.store().publish("k", 9, 0)));
    CHECK(in.get("k", 9) == "nine");
    CHECK(in.disk.files() == std::vector<std::string>{home_of_k});
}

}  // namespace
