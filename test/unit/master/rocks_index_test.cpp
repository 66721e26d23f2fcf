#include "common/base/parse.hpp"
#include "common/net/loop.hpp"
#include "master/rocks_index.hpp"
#include "test/support/run_on.hpp"
#include "test/support/temp_dir.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <functional>
#include <future>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace smol::master {

namespace {

// One index in a directory, with a loop to use it from.
class fixture
{
public:
    explicit fixture(const std::string& directory)
    {
        rocks_options options;
        options.directory = directory;
        entries.emplace(options);
        loops.start();
    }

    ~fixture()
    {
        entries->close();
        loops.stop();
    }

    std::optional<std::string> get(family in, std::string key)
    {
        return *test::run_on(loops.at(0), entries->get(in, std::move(key)));
    }

    page scan(family in, std::string from, std::string to, std::size_t limit)
    {
        return *test::run_on(loops.at(0), entries->scan(in, std::move(from), std::move(to), limit));
    }

    result<void> apply(std::function<result<void>(change_view&)> decide)
    {
        return test::run_on(loops.at(0), entries->apply({{}, std::move(decide)}));
    }

    result<void> put(family in, std::string key, std::string value)
    {
        return apply([=](change_view& view) -> result<void> {
            view.put(in, key, value);
            return {};
        });
    }

    std::optional<rocks_index> entries;
    net::loops loops{1};
};

std::string sentence_of(const std::string& directory)
{
    try
    {
        rocks_options options;
        options.directory = directory;
        rocks_index opened(options);
        return {};
    }
    catch (const std::runtime_error& failure)
    {
        return failure.what();
    }
}

}  // namespace

TEST_CASE("families of the index are apart, and survive a restart")
{
    const test::temp_dir dir;
    {
        fixture index(dir / "db");
        CHECK(index.put(family::records, "k", "record").has_value());
        CHECK(index.put(family::deletions, "k", "deletion").has_value());
        CHECK(index.put(family::records, std::string("\0\xff", 2), "bytes").has_value());
    }
    fixture index(dir / "db");
    CHECK(index.get(family::records, "k") == "record");
    CHECK(index.get(family::deletions, "k") == "deletion");
    CHECK(index.get(family::commits, "k") == std::nullopt);
    CHECK(index.get(family::records, std::string("\0\xff", 2)) == "bytes");
    CHECK(index.get(family::records, "") == std::nullopt);
}

TEST_CASE("what was written a moment ago is found without the disk")
{
    const test::temp_dir dir;
    fixture index(dir / "db");
    REQUIRE(index.put(family::records, "k", "v").has_value());
    std::string value;
    const auto found = index.entries->try_get(family::records, "k", value);
    REQUIRE(found.has_value());
    CHECK(*found == lookup::found);
    CHECK(value == "v");
    CHECK(index.entries->try_get(family::records, "x", value).value() == lookup::absent);
}

TEST_CASE("a scan gives a half-open range in byte order, by pages")
{
    const test::temp_dir dir;
    fixture index(dir / "db");
    for (const auto* key : {"b", "a", "c", "a\xff", "d"})
        REQUIRE(index.put(family::volumes, key, "v").has_value());
    auto found = index.scan(family::volumes, "a", "d", 3);
    REQUIRE(found.entries.size() == 3);
    CHECK(found.more);
    CHECK(found.entries[1].key == "a\xff");
    found = index.scan(family::volumes, found.entries[2].key + '\0', "d", 3);
    REQUIRE(found.entries.size() == 1);
    CHECK_FALSE(found.more);
    CHECK(found.entries[0].key == "c");
    CHECK(index.scan(family::volumes, "", "", 100).entries.size() == 5);
    CHECK(index.scan(family::volumes, "z", "d", 100).entries.empty());
}

TEST_CASE("changes that wait become one batch, and each sees those before it")
{
    const test::temp_dir dir;
    fixture index(dir / "db");
    constexpr int count = 200;
    std::vector<std::future<result<void>>> waiting;
    for (int i = 0; i < count; ++i)
    {
        change add;
        add.decide = [](change_view& view) -> result<void> {
            const auto before = view.get(family::meta, "sum");
            const auto sum = before->has_value() ? *parse_number(**before) : 0;
            view.put(family::meta, "sum", std::to_string(sum + 1));
            return {};
        };
        waiting.push_back(asio::co_spawn(index.loops.at(0).get_executor(),
            index.entries->apply(std::move(add)),
            asio::use_future));
    }
    for (auto& one : waiting)
        CHECK(one.get().has_value());
    CHECK(index.get(family::meta, "sum") == std::to_string(count));
}

TEST_CASE("a change that fails writes nothing, and the others of its batch do")
{
    const test::temp_dir dir;
    fixture index(dir / "db");
    REQUIRE(index.put(family::records, "k", "old").has_value());
    const auto failed = index.apply([](change_view& view) -> result<void> {
        view.put(family::records, "k", "new");
        view.remove(family::records, "k");
        view.put(family::records, "k2", "new");
        return errc::write_conflict;
    });
    CHECK(failed.error() == errc::write_conflict);
    CHECK(index.get(family::records, "k") == "old");
    CHECK(index.get(family::records, "k2") == std::nullopt);
}

TEST_CASE("ranges and entries are removed")
{
    const test::temp_dir dir;
    fixture index(dir / "db");
    for (int i = 0; i < 10; ++i)
        REQUIRE(index.put(family::commits, fmt::format("{:02}", i), "created").has_value());
    const auto removed = index.apply([](change_view& view) -> result<void> {
        view.remove_range(family::commits, "", "07");
        view.remove(family::commits, "08");
        return {};
    });
    CHECK(removed.has_value());
    const auto left = index.scan(family::commits, "", "", 100).entries;
    REQUIRE(left.size() == 2);
    CHECK(left[0].key == "07");
    CHECK(left[1].key == "09");
}

TEST_CASE("a closed index takes no change")
{
    const test::temp_dir dir;
    fixture index(dir / "db");
    index.entries->close();
    CHECK(index.put(family::records, "k", "v").error() == errc::shutting_down);
}

TEST_CASE("an index that is in use, newer, or not ours is refused with a sentence")
{
    const test::temp_dir dir;
    {
        fixture index(dir / "db");
        const auto busy = sentence_of(dir / "db");
        CHECK(busy.find("is another master using it?") != std::string::npos);
        REQUIRE(index.put(family::meta, "format", "2").has_value());
    }
    const auto newer = sentence_of(dir / "db");
    CHECK(newer.find("format 2") != std::string::npos);
    CHECK(newer.find("newer version") != std::string::npos);
    CHECK(sentence_of("/proc/no/such").find("cannot open the index") != std::string::npos);
}

}  // namespace smol::master
