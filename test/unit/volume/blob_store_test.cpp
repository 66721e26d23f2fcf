#include "common/io/file.hpp"
#include "common/key/key_path.hpp"
#include "test/support/memory_cluster.hpp"
#include "test/support/run_on.hpp"
#include "test/support/temp_dir.hpp"
#include "volume/blob_paths.hpp"
#include "volume/blob_store.hpp"
#include "volume/local_disk.hpp"

#include <catch2/catch.hpp>

#include <cerrno>

namespace {

using namespace smol;
using namespace smol::test;
using volume::blob_store;
using volume::staged_role;

wire::description describe(std::string key, std::uint64_t generation, std::string_view bytes)
{
    wire::description about;
    about.key = std::move(key);
    about.generation = generation;
    about.size = bytes.size();
    about.xxh3 = xxh3_of(bytes);
    return about;
}

// Staged and durable, as if by an upload that has ended.
net::task<result<void>> stage(
    blob_store& store, std::string key, std::uint64_t generation, std::string bytes)
{
    volume::stage_order order{key, generation, staged_role::replica, bytes.size(), {}};
    auto staged = co_await store.stage(std::move(order));
    if (!staged)
        co_return staged.error();
    volume::value_digest digest(volume::md5_rule::small, bytes.size());
    const net::piece all{as_bytes(bytes), nullptr, bytes.size()};
    const auto written = co_await store.append(*staged, all, digest);
    if (!written)
        co_return written;
    const auto about = describe(key, generation, bytes);
    co_return co_await store.seal(*staged, about);
}

// Of the tests' values, each is named after its generation.
std::string value_of(std::uint64_t generation)
{
    static constexpr std::array names{"four", "five", "six", "seven", "eight", "nine"};
    return names.at(generation - 4);
}

using change_of = std::function<net::task<result<void>>(blob_store&)>;

class memory_store
{
public:
    memory_store() { reopen(); }

    void reopen()
    {
        store_ = std::make_unique<blob_store>(disk, "vol-a", volume::store_options{});
        REQUIRE(thread.run(store_->open()));
    }
    result<void> put(const std::string& key, std::uint64_t generation, const std::string& bytes)
    {
        const auto staged = thread.run(stage(*store_, key, generation, bytes));
        return staged ? thread.run(store_->publish(key, generation, 0)) : staged;
    }
    std::string get(const std::string& key, std::uint64_t generation, std::size_t bytes_max = MiB)
    {
        const auto value = xxh3_of(value_of(generation));
        auto found = thread.run(store_->find(key, {generation, value}, bytes_max));
        return found ? (*found)->bytes : name_of(found.error());
    }
    volume::shared_blob recall(const std::string& key, std::uint64_t generation)
    {
        return store_->recall(key, {generation, xxh3_of(value_of(generation))});
    }
    // The first GET since a restart; `change` happens once it has opened the blob.
    result<volume::shared_blob> get_while(
        const std::string& key, std::uint64_t generation, change_of change)
    {
        reopen();
        interruption_ = std::move(change);
        disk.keep_pace({[this](auto operation, auto) { return interrupt(operation); }, {}});
        const auto value = xxh3_of(value_of(generation));
        auto found = thread.run(store_->find(key, {generation, value}, 0));
        disk.keep_pace({});
        return found;
    }
    blob_store& store() { return *store_; }

    manual_clock time;
    one_thread thread{time};
    memory_disk disk;

private:
    net::task<error_code> interrupt(std::string_view operation)
    {
        if (operation != "read" || !interruption_)
            co_return error_code();
        const auto change = std::exchange(interruption_, nullptr);
        const auto changed = co_await change(*store_);
        co_return changed ? error_code() : changed.error();
    }

    std::unique_ptr<blob_store> store_;
    change_of interruption_;
};

const std::string home_of_k = key::blob_path(key::blob_name("k"));

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

// A disk of which `operation` on a path that starts with `where` fails with `number`.
memory_disk::fault failing(std::string operation, std::string where, int number)
{
    return [=](std::string_view asked, const std::string& path) {
        const bool is_it = asked == operation && path.starts_with(where);
        return is_it ? error_code(number, boost::system::system_category()) : error_code();
    };
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

net::task<result<void>> stage_whole(
    blob_store& store, std::string key, std::uint64_t generation, std::string bytes)
{
    const auto about = describe(key, generation, bytes);
    volume::stage_order order{key, generation, staged_role::replica, bytes.size(), {}};
    volume::small_value value{about, std::make_shared<const std::string>(std::move(bytes))};
    auto staged = co_await store.stage(std::move(order), std::move(value));
    if (!staged)
        co_return staged.error();
    co_return co_await store.seal(*staged, about);
}

TEST_CASE("a value that is staged as a whole is as durable as one that came in pieces")
{
    memory_store in;
    REQUIRE(in.put("k", 4, "four"));
    REQUIRE(in.thread.run(stage_whole(in.store(), "k", 5, "five")));
    CHECK(in.thread.run(stage_whole(in.store(), "k", 5, "five")).error() == errc::write_conflict);
    in.disk.lose_power();
    in.reopen();
    CHECK(in.get("k", 5) == "five");
    REQUIRE(in.thread.run(in.store().publish("k", 5, 0)));
    CHECK(in.thread.run(stage_whole(in.store(), "k", 5, "five")).error() == errc::write_conflict);
    CHECK(in.get("k", 5) == "five");
    CHECK(in.disk.files() == std::vector<std::string>{home_of_k});
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
