#include "cli/local_file.hpp"
#include "cli/value_sink.hpp"

#include <catch2/catch.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace smol;
namespace fs = std::filesystem;

namespace {

class temporary_directory
{
public:
    temporary_directory()
    {
        auto pattern = (fs::temp_directory_path() / "smol-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    ~temporary_directory() { fs::remove_all(path_); }
    temporary_directory(const temporary_directory&) = delete;

    std::string path() const { return path_; }
    std::string path(const std::string& name) const { return path_ + '/' + name; }

private:
    std::string path_;
};

void write_file(const std::string& path, std::string_view content)
{
    std::ofstream(path, std::ios::binary) << content;
}

std::string read_file(const std::string& path)
{
    std::ifstream from(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(from), {}};
}

net::piece piece_of(std::string_view text)
{
    net::piece one;
    one.bytes = as_bytes(text);
    one.size = text.size();
    return one;
}

}  // namespace

TEST_CASE("a file appears when it is complete, and not before")
{
    const temporary_directory home;
    auto sink = cli::file_sink::open(home.path(), "a/b/k");
    REQUIRE(sink.has_value());
    REQUIRE(sink->take(piece_of("hello, ")).has_value());
    REQUIRE(sink->take(piece_of("world")).has_value());
    CHECK(sink->position() == 12);
    CHECK(sink->digest() == xxh3_of("hello, world"));
    CHECK_FALSE(fs::exists(home.path("a/b/k")));
    CHECK(fs::exists(home.path("a/b/k.smol-part")));
    REQUIRE(sink->complete().has_value());
    CHECK(read_file(home.path("a/b/k")) == "hello, world");
    CHECK_FALSE(fs::exists(home.path("a/b/k.smol-part")));
}

TEST_CASE("bytes come out of a pipe as well")
{
    const temporary_directory home;
    auto sink = cli::file_sink::open(home.path(), "k");
    auto pipe = io::pipe::create();
    REQUIRE(sink.has_value());
    REQUIRE(pipe.has_value());
    REQUIRE(sink->take(piece_of("ab")).has_value());
    REQUIRE(::write(pipe->write_end(), "cdef", 4) == 4);
    net::piece one;
    one.pipe = &*pipe;
    one.size = 4;
    REQUIRE(sink->take(one).has_value());
    CHECK(sink->digest() == xxh3_of("abcdef"));
    REQUIRE(sink->complete().has_value());
    CHECK(read_file(home.path("k")) == "abcdef");
}

TEST_CASE("what an earlier get left is counted and hashed")
{
    const temporary_directory home;
    write_file(home.path("k.smol-part"), "hello");
    auto sink = cli::file_sink::open(home.path(), "k");
    REQUIRE(sink.has_value());
    CHECK(sink->position() == 5);
    REQUIRE(sink->take(piece_of("!")).has_value());
    CHECK(sink->digest() == xxh3_of("hello!"));
    REQUIRE(sink->restart());
    CHECK(sink->position() == 0);
    CHECK(sink->digest() == xxh3_of(""));
    CHECK(fs::file_size(home.path("k.smol-part")) == 0);
    CHECK(sink->forget_if_empty());
    CHECK_FALSE(fs::exists(home.path("k.smol-part")));
}

TEST_CASE("a part with bytes in it is not forgotten")
{
    const temporary_directory home;
    write_file(home.path("k.smol-part"), "hello");
    auto sink = cli::file_sink::open(home.path(), "k");
    REQUIRE(sink.has_value());
    CHECK_FALSE(sink->forget_if_empty());
    CHECK(fs::exists(home.path("k.smol-part")));
}

TEST_CASE("two commands cannot write one file at a time")
{
    const temporary_directory home;
    const auto first = cli::file_sink::open(home.path(), "k");
    REQUIRE(first.has_value());
    const auto second = cli::file_sink::open(home.path(), "k");
    REQUIRE_FALSE(second.has_value());
    CHECK(second.error() == boost::system::errc::operation_would_block);
}

TEST_CASE("nothing outside the directory is written, whatever lies in it")
{
    const temporary_directory outside;
    const temporary_directory home;
    fs::create_directory_symlink(outside.path(), home.path("link"));
    fs::create_symlink(outside.path("target"), home.path("k.smol-part"));
    write_file(home.path("file"), "");
    fs::create_directory(home.path("dir.smol-part"));
    REQUIRE(::mkfifo(home.path("pipe.smol-part").c_str(), 0600) == 0);

    CHECK_FALSE(cli::file_sink::open(home.path(), "link/k").has_value());
    CHECK_FALSE(cli::file_sink::open(home.path(), "link/new/k").has_value());
    CHECK_FALSE(cli::file_sink::open(home.path(), "../k").has_value());
    CHECK_FALSE(cli::file_sink::open(home.path(), "k").has_value());
    CHECK_FALSE(cli::file_sink::open(home.path(), "file/k").has_value());
    CHECK_FALSE(cli::file_sink::open(home.path(), "dir").has_value());
    CHECK_FALSE(cli::file_sink::open(home.path(), "pipe").has_value());
    CHECK_FALSE(cli::file_sink::open(home.path("missing"), "k").has_value());
    CHECK(fs::is_empty(outside.path()));
}

TEST_CASE("only a regular file or a link is replaced")
{
    const temporary_directory home;
    fs::create_directory(home.path("dir"));
    REQUIRE(::mkfifo(home.path("pipe").c_str(), 0600) == 0);
    fs::create_symlink("nowhere", home.path("link"));
    CHECK(
        cli::file_sink::open(home.path(), "dir").error() == boost::system::errc::invalid_argument);
    CHECK(
        cli::file_sink::open(home.path(), "pipe").error() == boost::system::errc::invalid_argument);
    CHECK_FALSE(cli::file_sink::open("/dev", "null").has_value());
    CHECK_FALSE(fs::exists("/dev/null.smol-part"));
    auto sink = cli::file_sink::open(home.path(), "link");
    REQUIRE(sink.has_value());
    REQUIRE(sink->complete().has_value());
    CHECK(fs::is_regular_file(fs::symlink_status(home.path("link"))));
}

TEST_CASE("only regular files are sent")
{
    const temporary_directory home;
    write_file(home.path("k"), "hello");
    REQUIRE(::mkfifo(home.path("pipe").c_str(), 0600) == 0);
    CHECK(cli::open_source(home.path("k"))->size == 5);
    CHECK(cli::open_source(home.path("missing")).error() ==
          boost::system::errc::no_such_file_or_directory);
    CHECK(cli::open_source(home.path()).error() == boost::system::errc::is_a_directory);
    CHECK_FALSE(cli::open_source(home.path("pipe")).has_value());
    CHECK_FALSE(cli::open_source("/dev/null").has_value());
    CHECK_FALSE(cli::open_source("").has_value());
}

TEST_CASE("a span that the file no longer has is noticed")
{
    const temporary_directory home;
    write_file(home.path("k"), "hello");
    const auto file = cli::open_source(home.path("k"));
    REQUIRE(file.has_value());
    xxh3_stream digest;
    CHECK(cli::hash_span(file->file.get(), 1, 3, digest).has_value());
    CHECK(digest.value() == xxh3_of("ell"));
    CHECK(cli::hash_span(file->file.get(), 0, 6, digest).error() == errc::body_truncated);
    CHECK(cli::hash_span(file->file.get(), 9, 1, digest).error() == errc::body_truncated);
}

TEST_CASE("a walk finds the regular files of a tree and names what it passes over")
{
    const temporary_directory home;
    fs::create_directories(home.path("a/b"));
    fs::create_directories(home.path("empty"));
    write_file(home.path("x"), "1");
    write_file(home.path("a/y"), "22");
    write_file(home.path("a/b/z"), "333");
    fs::create_symlink("x", home.path("link"));
    fs::create_directory_symlink("..", home.path("a/loop"));

    cli::tree_walk walk(home.path());
    std::vector<std::string> found;
    for (auto batch = walk.next(2); !batch.empty(); batch = walk.next(2))
    {
        CHECK(batch.size() <= 2);
        for (const auto& one : batch)
            found.push_back(one.path + '=' + std::to_string(one.size));
    }
    std::sort(found.begin(), found.end());
    CHECK(found == std::vector<std::string>{"a/b/z=3", "a/y=2", "x=1"});
    CHECK(walk.take_passed_over().size() == 2);
    CHECK(walk.take_passed_over().empty());
    CHECK(walk.take_failures().empty());
}

TEST_CASE("a walk over nothing fails by name")
{
    cli::tree_walk walk("/nonexistent");
    CHECK(walk.next(10).empty());
    CHECK(walk.take_failures().size() == 1);
}
