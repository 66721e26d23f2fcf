#include "cli/arguments.hpp"
#include "cli/dev.hpp"
#include "cli/get.hpp"
#include "cli/ls.hpp"
#include "cli/put.hpp"
#include "cli/rm.hpp"
#include "cli/stat.hpp"
#include "cli/status.hpp"

#include <catch2/catch.hpp>

using namespace smol;
using words = std::vector<std::string>;

TEST_CASE("put takes a file, standard input or a tree")
{
    const auto one = cli::read_put({{"photo.jpg", "/p/1.jpg", "--type", "image/jpeg"}, {}});
    REQUIRE(one.has_value());
    CHECK(one->source == "photo.jpg");
    CHECK(one->key == "p/1.jpg");
    CHECK(one->master == "localhost:9000");
    CHECK(one->headers.kept.find("Content-Type") == "image/jpeg");
    CHECK(cli::read_put({{"dir/photo.jpg"}, {}})->key == "photo.jpg");
    CHECK(cli::read_put({{"-", "k"}, {}})->source == "-");
    const auto tree =
        cli::read_put({{"-rj2", "site", "www", "--json"}, {{"SMOL_MASTER", "http://h:1"}}});
    REQUIRE(tree.has_value());
    CHECK(tree->is_tree);
    CHECK(tree->jobs == 2);
    CHECK(tree->key == "www/");
    CHECK(tree->master == "h:1");
    CHECK(cli::read_put({{"-r", "."}, {}})->key.empty());
    const auto meta = cli::read_put({{"f", "--meta", "a=1", "--meta", "b=x=y"}, {}});
    REQUIRE(meta.has_value());
    CHECK(meta->headers.kept.find("Smol-Meta-a") == "1");
    CHECK(meta->headers.kept.find("smol-meta-B") == "x=y");
    const auto match = cli::read_put({{"f", "--if-match", "\"xxh3-1\""}, {}});
    REQUIRE(match.has_value());
    CHECK(match->headers.conditions.find("If-Match") == "\"xxh3-1\"");
    CHECK_FALSE(match->headers.kept.find("If-Match"));
}

TEST_CASE("bad command lines of put are usage")
{
    const auto given = GENERATE(values<words>({
        {},
        {"a", "b", "c"},
        {"f", ""},
        {"f", "/-/x"},
        {"dir/"},
        {"-"},
        {"-r", "-"},
        {"-r", "-", "k"},
        {"-r", "d", "-/x"},
        {"f", "k", "-j"},
        {"f", "k", "-j0"},
        {"f", "k", "-j257"},
        {"f", "k", "-jx"},
        {"f", "k", "--type", ""},
        {"f", "k", "--type", "a\r\nX: y"},
        {"f", "k", "--meta", "novalue"},
        {"f", "k", "--meta", "=v"},
        {"f", "k", "--meta", "a b=v"},
        {"f", "k", "--if-match", ""},
        {"f", "k", "--progress", "loud"},
        {"f", "k", "--master", "nowhere"},
        {"f", "k", "--master", "https://h:1"},
        {"f", "k", "--overwrite"},
        {"f", "k", "--config", "x"},
    }));
    CAPTURE(given);
    const auto read = cli::read_put({given, {}});
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().code == cli::exit_code::usage);
    CHECK(read.error().message.starts_with("smol put: "));
    CHECK(read.error().message.find("smol put --help") != std::string::npos);
}

TEST_CASE("get writes to the key's last part unless told otherwise")
{
    CHECK(cli::read_get({{"a/b.txt"}, {}})->target == "b.txt");
    CHECK(cli::read_get({{"a/b.txt", "-"}, {}})->target == "-");
    CHECK(cli::read_get({{"a/", "x"}, {}})->target == "x");
    CHECK(cli::read_get({{"-r", "a"}, {}})->target == ".");
    CHECK(cli::read_get({{"-r", "a", "out"}, {}})->key == "a/");
    CHECK(cli::read_get({{"-r", ""}, {}})->key.empty());
}

TEST_CASE("bad command lines of get are usage")
{
    const auto given = GENERATE(values<words>({
        {},
        {""},
        {"/"},
        {"a", ""},
        {"a/"},
        {"a/.."},
        {".."},
        {"-/x", "f"},
        {"a", "b", "c"},
        {"-r"},
        {"-r", "a", "-"},
        {"-r", "a", ""},
        {"-r", "-/"},
        {"a", "--type", "x"},
    }));
    CAPTURE(given);
    const auto read = cli::read_get({given, {}});
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().code == cli::exit_code::usage);
}

TEST_CASE("the small subcommands take what they say and nothing else")
{
    CHECK(cli::read_cat({{"a", "/b"}, {}})->keys == words{"a", "b"});
    CHECK(cli::read_rm({{"a", "/b"}, {}})->keys == words{"a", "b"});
    CHECK(cli::read_stat({{"a", "--json"}, {}})->wants_json);
    CHECK(cli::read_status({{}, {}})->master == "localhost:9000");
    CHECK(cli::read_ls({{}, {}})->prefix.empty());
    CHECK(cli::read_ls({{"-l", "p"}, {}})->is_long);

    CHECK_FALSE(cli::read_cat({{}, {}}).has_value());
    CHECK_FALSE(cli::read_cat({{"a", ""}, {}}).has_value());
    CHECK_FALSE(cli::read_cat({{"-r", "a"}, {}}).has_value());
    CHECK_FALSE(cli::read_rm({{}, {}}).has_value());
    CHECK_FALSE(cli::read_rm({{"a", "-/b"}, {}}).has_value());
    CHECK_FALSE(cli::read_rm({{"-r", "a"}, {}}).has_value());
    CHECK_FALSE(cli::read_stat({{}, {}}).has_value());
    CHECK_FALSE(cli::read_stat({{"a", "b"}, {}}).has_value());
    CHECK_FALSE(cli::read_stat({{""}, {}}).has_value());
    CHECK_FALSE(cli::read_status({{"x"}, {}}).has_value());
    CHECK_FALSE(cli::read_status({{"--master="}, {}}).has_value());
    CHECK_FALSE(cli::read_ls({{"a", "b"}, {}}).has_value());
    CHECK_FALSE(cli::read_ls({{"/-/"}, {}}).has_value());
    CHECK_FALSE(cli::read_ls({{"-j", "0"}, {}}).has_value());
}

TEST_CASE("dev takes a directory and a port")
{
    CHECK(cli::read_dev({{}, {}})->directory == "./smol-data");
    CHECK(cli::read_dev({{}, {{"PORT", "9100"}}})->port == 9100);
    CHECK(cli::read_dev({{"--port", "0", "/tmp/x"}, {}})->directory == "/tmp/x");
    CHECK(cli::read_dev({{"--port", "65532"}, {}})->port == 65532);

    CHECK_FALSE(cli::read_dev({{"--port", "65533"}, {}}).has_value());
    CHECK_FALSE(cli::read_dev({{"--port", "65536"}, {}}).has_value());
    CHECK_FALSE(cli::read_dev({{"--port", "http"}, {}}).has_value());
    CHECK_FALSE(cli::read_dev({{"a", "b"}, {}}).has_value());
    CHECK_FALSE(cli::read_dev({{""}, {}}).has_value());
    CHECK_FALSE(cli::read_dev({{"--master", "http://h:1"}, {}}).has_value());
}

TEST_CASE("help and version end a subcommand well")
{
    for (const auto* flag : {"--help", "-h"})
    {
        const auto page = cli::read_put({{flag}, {}});
        REQUIRE_FALSE(page.has_value());
        CHECK(page.error().code == cli::exit_code::ok);
        CHECK(page.error().message.starts_with("Usage: smol put "));
    }
    const auto version = cli::read_ls({{"--version"}, {}});
    REQUIRE_FALSE(version.has_value());
    CHECK(version.error().code == cli::exit_code::ok);
    CHECK(version.error().message.starts_with("smol "));
}
