#include "volume/blob_cache.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace smol;
using volume::blob_cache;
using volume::shared_blob;

class nothing_file final : public volume::file
{
public:
    net::task<result<void>> write(net::piece, std::uint64_t, volume::value_digest&) override
    {
        co_return errc::blob_missing;
    }
    net::task<result<io::file_facts>> set_attribute(volume::attribute) override
    {
        co_return errc::blob_missing;
    }
    net::task<result<void>> flush() override { co_return errc::blob_missing; }
    net::task<result<std::uint64_t>> digest(xxh3_stream&, std::uint64_t, std::uint64_t) override
    {
        co_return errc::blob_missing;
    }
    int descriptor() const noexcept override { return -1; }
    net::task<result<void>> fetch(std::uint64_t, std::uint64_t) override
    {
        co_return errc::blob_missing;
    }
    net::task<result<std::size_t>> read(std::span<std::byte>, std::uint64_t) override
    {
        co_return errc::blob_missing;
    }
};

shared_blob small(std::string key, std::size_t size = 10)
{
    volume::found_blob made;
    made.about.key = std::move(key);
    made.bytes = std::string(size, 'x');
    return std::make_shared<const volume::found_blob>(std::move(made));
}

shared_blob open(std::string key)
{
    volume::found_blob made;
    made.about.key = std::move(key);
    made.content = std::make_unique<nothing_file>();
    return std::make_shared<const volume::found_blob>(std::move(made));
}

void keep(blob_cache& in, const shared_blob& one)
{
    in.keep(one, in.mark_of(one->about.key));
}

bool has(blob_cache& in, std::string_view key)
{
    return in.find(key) != nullptr;
}

TEST_CASE("what was kept is at hand until it is forgotten")
{
    blob_cache in({2, MiB});
    CHECK_FALSE(has(in, "k"));
    const auto first = small("k");
    keep(in, first);
    CHECK(in.find("k") == first);
    CHECK_FALSE(has(in, "other"));
    in.forget("other");
    CHECK(has(in, "k"));
    in.forget("k");
    CHECK_FALSE(has(in, "k"));
    in.forget("k");
    keep(in, first);
    CHECK(in.find("k") == first);
}

TEST_CASE("the later of two of one key stays, whatever either is")
{
    blob_cache in({1, MiB});
    const auto value = small("k");
    const auto file = open("k");
    keep(in, value);
    keep(in, file);
    CHECK(in.find("k") == file);
    keep(in, value);
    CHECK(in.find("k") == value);
    keep(in, open("other"));
    CHECK(in.find("k") == value);
    CHECK(value.use_count() == 2);
    CHECK(file.use_count() == 1);
}

TEST_CASE("what was looked up before its key was forgotten is not kept")
{
    blob_cache in({2, MiB});
    const auto before = in.mark_of("k");
    in.forget("k");
    in.keep(small("k"), before);
    CHECK_FALSE(has(in, "k"));
    in.keep(small("k"), in.mark_of("k"));
    CHECK(has(in, "k"));
    in.keep(open("k"), before);
    CHECK(in.find("k")->content == nullptr);
}

TEST_CASE("the least recently used files go first, and they alone")
{
    blob_cache in({2, MiB});
    keep(in, small("value"));
    keep(in, open("a"));
    keep(in, open("b"));
    CHECK(has(in, "a"));
    keep(in, open("c"));
    CHECK(has(in, "a"));
    CHECK_FALSE(has(in, "b"));
    CHECK(has(in, "c"));
    CHECK(has(in, "value"));
}

TEST_CASE("small values are bounded by their bytes, and one too large for all is not kept")
{
    blob_cache in({1, 10'000});
    keep(in, open("file"));
    keep(in, small("a", 3'000));
    keep(in, small("b", 3'000));
    CHECK(has(in, "a"));
    keep(in, small("c", 3'000));
    CHECK(has(in, "a"));
    CHECK_FALSE(has(in, "b"));
    keep(in, small("d", 10'000));
    CHECK_FALSE(has(in, "d"));
    CHECK_FALSE(has(in, "a"));
    CHECK(has(in, "file"));
    keep(in, small("e", 100));
    CHECK(has(in, "e"));
}

TEST_CASE("many values of no bytes do not go unbounded")
{
    blob_cache in({1, 10'000});
    for (int i = 0; i < 100; ++i)
        keep(in, small(std::to_string(i), 0));
    int left = 0;
    for (int i = 0; i < 100; ++i)
        left += has(in, std::to_string(i)) ? 1 : 0;
    CHECK(left > 5);
    CHECK(left < 20);
}

TEST_CASE("without room for files none is kept")
{
    blob_cache in({0, MiB});
    keep(in, open("a"));
    CHECK_FALSE(has(in, "a"));
    CHECK_FALSE(in.give_way());
}

TEST_CASE("half of the files give way, and small values never")
{
    blob_cache in({4, MiB});
    CHECK_FALSE(in.give_way());
    keep(in, small("value"));
    CHECK_FALSE(in.give_way());
    for (const auto* key : {"a", "b", "c"})
        keep(in, open(key));
    CHECK(in.give_way());
    CHECK_FALSE(has(in, "a"));
    CHECK_FALSE(has(in, "b"));
    CHECK(has(in, "c"));
    CHECK(in.give_way());
    CHECK_FALSE(has(in, "c"));
    CHECK_FALSE(in.give_way());
    CHECK(has(in, "value"));
}

TEST_CASE("who has a blob keeps it when it goes out")
{
    blob_cache in({1, MiB});
    keep(in, open("a"));
    const auto held = in.find("a");
    in.forget("a");
    CHECK(held.use_count() == 1);
    CHECK(held->content != nullptr);
}

}  // namespace
