#include "common/io/file.hpp"
#include "test/support/run_on.hpp"
#include "test/support/temp_dir.hpp"
#include "test/unit/volume/memory_store.hpp"
#include "volume/local_disk.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace smol;
using namespace smol::test;

TEST_CASE("a full disk serves, removes, publishes and recovers")
{
    memory_store in;
    REQUIRE(in.put("k", 5, "five"));
    REQUIRE(in.thread.run(stage(in.store(), "k", 7, "seven")));
    in.disk.set_free(0);
    in.disk.fail([](std::string_view operation, const std::string&) {
        const bool needs_room = operation == "create" || operation == "write";
        return needs_room ? error_code(28, boost::system::system_category()) : error_code();
    });
    in.reopen();
    CHECK(in.store().health() == wire::health::full);
    CHECK(in.get("k", 5) == "five");
    REQUIRE(in.thread.run(in.store().publish("k", 7, 0)));
    CHECK(in.get("k", 7) == "seven");
    REQUIRE(in.thread.run(in.store().remove("k", 7)));
    CHECK(in.disk.files().empty());
    CHECK_FALSE(in.store().is_read_only());
}

TEST_CASE("a file system without attributes is refused")
{
    memory_disk disk;
    manual_clock time;
    one_thread thread(time);
    disk.fail([](std::string_view operation, const std::string&) {
        const bool is_create = operation == "create";
        return is_create ? error_code(95, boost::system::system_category()) : error_code();
    });
    blob_store store(disk, "vol-a", {});
    CHECK(thread.run(store.open()).error() == errc::no_user_attributes);
}

// On a real file system, through the pools.
net::task<result<std::string>> round_trip(blob_store& store, bool is_whole)
{
    const auto opened = co_await store.open();
    if (!opened)
        co_return opened.error();
    auto staging = is_whole ? stage_whole(store, "k", 5, "five") : stage(store, "k", 5, "five");
    const auto staged = co_await std::move(staging);
    if (!staged)
        co_return staged.error();
    const auto published = co_await store.publish("k", 5, 0);
    if (!published)
        co_return published.error();
    co_await store.survey();
    const volume::value_name wanted{5, xxh3_of("five")};
    auto found = co_await store.find("k", wanted, 100);
    if (!found)
        co_return found.error();
    co_return (*found)->bytes;
}

net::task<result<void>> remove_again(blob_store& store)
{
    co_return co_await store.remove("k", 5);
}

TEST_CASE("a value is a plain file with attributes that say what it is")
{
    const bool is_whole = GENERATE(true, false);
    const temp_dir directory;
    auto root = io::open_directory(directory.path());
    REQUIRE(root.has_value());
    volume::local_disk disk(std::move(*root));
    blob_store store(disk, "vol-a", {});
    net::loops loops(1);
    loops.start();
    const auto bytes = run_on(loops.at(0), round_trip(store, is_whole));
    REQUIRE(bytes);
    CHECK(*bytes == "five");
    root = io::open_directory(directory.path());
    const auto file = io::open_file_at(root->get(), home_of_k);
    REQUIRE(file.has_value());
    CHECK(io::get_attribute(file->get(), wire::key_attribute) == std::string("k"));
    const auto text = io::get_attribute(file->get(), wire::blob_attribute);
    REQUIRE(text);
    CHECK(wire::parse_description("k", *text).value() == describe("k", 5, "five"));
    CHECK(run_on(loops.at(0), remove_again(store)));
    CHECK_FALSE(io::open_file_at(root->get(), home_of_k).has_value());
    loops.stop();
}

}  // namespace
