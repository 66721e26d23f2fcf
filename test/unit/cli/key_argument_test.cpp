#include "cli/key_argument.hpp"

#include <catch2/catch.hpp>

using namespace smol;

TEST_CASE("a key is its bytes, with one leading slash or without")
{
    CHECK(*cli::parse_key("a/b") == "a/b");
    CHECK(*cli::parse_key("/a/b") == "a/b");
    CHECK(*cli::parse_key("//a") == "/a");
    CHECK(*cli::parse_key("a%20b") == "a%20b");
    CHECK(*cli::parse_key("a b\n") == "a b\n");
    CHECK(*cli::parse_key("-") == "-");
    CHECK(*cli::parse_key(std::string(1024, 'k')) == std::string(1024, 'k'));
}

TEST_CASE("what cannot be a key is a mistake in the command line")
{
    const auto bad = GENERATE(as<std::string>{},
        "",
        "/",
        "-/",
        "/-/health",
        std::string(1025, 'k'),
        '/' + std::string(1025, 'k'));
    CAPTURE(bad);
    const auto key = cli::parse_key(bad);
    REQUIRE_FALSE(key.has_value());
    CHECK(key.error().code == cli::exit_code::usage);
    CHECK_FALSE(key.error().message.empty());
}

TEST_CASE("a prefix may be empty, and that of a tree ends in a slash")
{
    CHECK(cli::parse_prefix("")->empty());
    CHECK(cli::parse_prefix("/")->empty());
    CHECK(*cli::parse_prefix("/a") == "a");
    CHECK_FALSE(cli::parse_prefix("/-/x").has_value());
    CHECK(cli::parse_tree_prefix("")->empty());
    CHECK(cli::parse_tree_prefix("/")->empty());
    CHECK(*cli::parse_tree_prefix("/a") == "a/");
    CHECK(*cli::parse_tree_prefix("a/b/") == "a/b/");
    CHECK_FALSE(cli::parse_tree_prefix("-/").has_value());
}

TEST_CASE("a key is shown with its slash and without control bytes")
{
    CHECK(cli::shown("a/b c") == "/a/b c");
    CHECK(cli::shown("a\033[31m\n") == "/a?[31m?");
    CHECK(cli::shown("\x7f") == "/?");
    CHECK(cli::shown("\xc3\xa4") == "/\xc3\xa4");
}

TEST_CASE("the last part of a key names a file if it can")
{
    CHECK(cli::file_name_of("a/b.jpg") == "b.jpg");
    CHECK(cli::file_name_of("b.jpg") == "b.jpg");
    const auto bad = GENERATE(as<std::string>{},
        "",
        "a/",
        "a/.",
        "a/..",
        "..",
        std::string("a/b\0c", 5),
        std::string(256, 'n'));
    CAPTURE(bad);
    CHECK(cli::file_name_of(bad).empty());
}

TEST_CASE("only paths that stay below their directory are safe")
{
    CHECK(cli::is_safe_path("a"));
    CHECK(cli::is_safe_path("a/b/c.txt"));
    CHECK(cli::is_safe_path("..."));
    CHECK(cli::is_safe_path("a b/-x"));
    const auto bad = GENERATE(as<std::string>{},
        "",
        "/",
        "/etc/passwd",
        "a/",
        "a//b",
        "..",
        "../a",
        "a/../b",
        "a/..",
        "./a",
        "a/./b",
        std::string("a\0b", 3),
        "a/" + std::string(256, 'n'));
    CAPTURE(bad);
    CHECK_FALSE(cli::is_safe_path(bad));
}
