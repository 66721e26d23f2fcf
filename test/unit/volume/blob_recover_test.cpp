#include "test/unit/volume/memory_store.hpp"

#include <catch2/catch.hpp>

#include <cerrno>

namespace {

using namespace smol;
using namespace smol::test;

TEST_CASE("what recovery cannot read it does not forget")
{
    memory_store in;
    REQUIRE(in.thread.run(stage(in.store(), "k", 5, "five")));
    const std::string operation = GENERATE("open", "read_attribute");
    SECTION("an I/O error: it serves, takes nothing, and looks again at the next start")
    {
        in.disk.fail(failing(operation, volume::staging_directory, EIO));
        in.reopen();
        CHECK(in.store().is_read_only());
    }
    SECTION("no descriptors: it does not start")
    {
        in.disk.fail(failing(operation, volume::staging_directory, EMFILE));
        blob_store store(in.disk, "vol-a", {});
        CHECK_FALSE(in.thread.run(store.open()));
    }
    in.disk.fail(nullptr);
    in.reopen();
    CHECK_FALSE(in.store().is_read_only());
    CHECK(in.store().staging().size() == 1);
}

TEST_CASE("recovery keeps what the master may know of and removes the rest")
{
    memory_store in;
    REQUIRE(in.thread.run(stage(in.store(), "sealed", 5, "five")));
    {
        const auto first =
            in.thread.run(in.store().stage({"first", 6, staged_role::first, std::nullopt, {}}));
        const auto replica =
            in.thread.run(in.store().stage({"replica", 7, staged_role::replica, std::nullopt, {}}));
        REQUIRE(in.thread.run(in.disk.create(volume::staging_path(key::blob_name("x"), 8), {}))
                    .has_value());
        REQUIRE(in.thread.run(in.disk.create(".smol/staging/notes.txt", {})).has_value());
    }
    in.reopen();
    const auto due = in.store().staging().due(in.time.steady(), 10);
    REQUIRE(due.size() == 2);
    for (const auto& entry : due)
    {
        CHECK(entry.first == (entry.key == "first"));
        CHECK(entry.generation == (entry.first ? 6 : 5));
    }
    CHECK(in.disk.files().size() == 3);  // those two, and what is not ours
    REQUIRE(in.thread.run(in.store().drop_staged("first", 6)));
    REQUIRE(in.thread.run(in.store().publish("sealed", 5, 0)));
    CHECK(in.get("sealed", 5) == "five");
    CHECK(in.store().staging().size() == 0);
}

}  // namespace
