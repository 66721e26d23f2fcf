#include "common/base/error.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <string>

using namespace smol;

namespace {

constexpr int reasons = static_cast<int>(errc::outcome_unknown);

}  // namespace

TEST_CASE("Every reason has a name of its own and says what to do in one line")
{
    std::set<std::string> names;
    std::set<std::string> messages;
    for (int value = 1; value <= reasons; ++value)
    {
        const error_code reason = static_cast<errc>(value);
        const std::string name = name_of(reason);
        const auto message = reason.message();
        CAPTURE(name, message);
        CHECK(name != "io_error");
        CHECK(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == name.npos);
        CHECK(message.size() > 40);
        CHECK(message.ends_with('.'));
        CHECK(message.find_first_of("\r\n\t") == message.npos);
        CHECK(message.find("  ") == message.npos);
        names.insert(name);
        messages.insert(message);
    }
    CHECK(names.size() == static_cast<std::size_t>(reasons));
    CHECK(messages.size() == static_cast<std::size_t>(reasons));
}

TEST_CASE("name_of gives the spelling of the enumerator")
{
    CHECK(name_of(errc::malformed_request) == std::string("malformed_request"));
    CHECK(name_of(errc::key_exists) == std::string("key_exists"));
    CHECK(name_of(errc::value_gone) == std::string("value_gone"));
    CHECK(name_of(errc::foreign_cluster) == std::string("foreign_cluster"));
}

TEST_CASE("error_named gives back the reason of every name, and peer_refused for others")
{
    for (int value = 1; value <= reasons; ++value)
    {
        const error_code reason = static_cast<errc>(value);
        CHECK(error_named(name_of(reason)) == reason);
    }
    const auto name = GENERATE(values<std::string>(
        {"", "io_error", "Not_found", "not_found ", "not found", std::string("not_found\0", 10)}));
    CAPTURE(name);
    CHECK(error_named(name) == errc::peer_refused);
}

TEST_CASE("What is no reason of ours is an I/O error")
{
    using boost::system::generic_category;
    using boost::system::system_category;
    CHECK(name_of(error_code(5, system_category())) == std::string("io_error"));
    CHECK(name_of(error_code(1, generic_category())) == std::string("io_error"));
    CHECK(name_of(error_code(reasons + 1, smol_category())) == std::string("io_error"));
    CHECK(name_of(error_code(-1, smol_category())) == std::string("io_error"));
    CHECK(name_of(error_code()) == std::string("io_error"));
    CHECK_FALSE(error_code(reasons + 1, smol_category()).message().empty());
}

TEST_CASE("A reason is an error, and compares with its enumerator only")
{
    const error_code reason = errc::no_room;
    CHECK(reason);
    CHECK(reason == errc::no_room);
    CHECK(reason != errc::key_exists);
    CHECK(reason != error_code(reason.value(), boost::system::system_category()));
    CHECK(reason.category().name() == std::string("smol"));
}
