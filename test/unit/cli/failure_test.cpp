#include "cli/failure.hpp"

#include <catch2/catch.hpp>

using namespace smol;
using cli::exit_code;

TEST_CASE("every status has its exit code")
{
    struct row
    {
        unsigned status;
        exit_code code;
    };
    const auto [status, code] = GENERATE(values<row>({
        {200, exit_code::ok},
        {201, exit_code::ok},
        {204, exit_code::ok},
        {404, exit_code::not_found},
        {408, exit_code::temporary},
        {429, exit_code::temporary},
        {502, exit_code::temporary},
        {503, exit_code::temporary},
        {504, exit_code::temporary},
        {403, exit_code::refused},
        {409, exit_code::refused},
        {412, exit_code::refused},
        {507, exit_code::no_room},
        {100, exit_code::failed},
        {304, exit_code::failed},
        {307, exit_code::failed},
        {400, exit_code::failed},
        {405, exit_code::failed},
        {410, exit_code::failed},
        {411, exit_code::failed},
        {413, exit_code::failed},
        {416, exit_code::failed},
        {500, exit_code::failed},
        {999, exit_code::failed},
        {0, exit_code::failed},
    }));
    CAPTURE(status);
    CHECK(cli::exit_code_of(status) == code);
}

TEST_CASE("the numbers are a promise")
{
    CHECK(static_cast<int>(exit_code::ok) == 0);
    CHECK(static_cast<int>(exit_code::failed) == 1);
    CHECK(static_cast<int>(exit_code::usage) == 2);
    CHECK(static_cast<int>(exit_code::not_found) == 4);
    CHECK(static_cast<int>(exit_code::temporary) == 5);
    CHECK(static_cast<int>(exit_code::refused) == 6);
    CHECK(static_cast<int>(exit_code::no_room) == 7);
    CHECK(static_cast<int>(exit_code::mismatch) == 8);
}

TEST_CASE("many ends make one: what they have in common, else a failure")
{
    CHECK(cli::both_of(exit_code::ok, exit_code::ok) == exit_code::ok);
    CHECK(cli::both_of(exit_code::ok, exit_code::refused) == exit_code::refused);
    CHECK(cli::both_of(exit_code::refused, exit_code::ok) == exit_code::refused);
    CHECK(cli::both_of(exit_code::refused, exit_code::refused) == exit_code::refused);
    CHECK(cli::both_of(exit_code::refused, exit_code::not_found) == exit_code::failed);
    CHECK(cli::both_of(exit_code::failed, exit_code::not_found) == exit_code::failed);
}

TEST_CASE("a refusal says what the store said, or at least the status")
{
    const auto told = cli::refused("/k", 404, R"({"code":"not_found","message":"No such key."})");
    CHECK(told.code == exit_code::not_found);
    CHECK(told.message == "/k: No such key. (HTTP 404)");
    const auto body = GENERATE(as<std::string>{},
        "",
        "no JSON",
        "[]",
        "{}",
        R"({"message":7})",
        R"({"message":"x)",
        "null");
    CAPTURE(body);
    CHECK(cli::refused("/k", 403, body).message == "/k: Forbidden (HTTP 403)");
}

TEST_CASE("failures say what, why and what to do")
{
    const auto nobody = cli::unreachable("/k", "localhost:9000");
    CHECK(nobody.code == exit_code::temporary);
    CHECK(nobody.message.find("localhost:9000") != std::string::npos);
    CHECK(nobody.message.find("SMOL_MASTER") != std::string::npos);
    CHECK(cli::interrupted("/k", "h:1", errc::body_truncated).code == exit_code::temporary);
    const auto missing = make_error_code(boost::system::errc::no_such_file_or_directory);
    CHECK(cli::local("x.txt", "be read", missing).message ==
          "x.txt: cannot be read: No such file or directory");
}
