#include "bench/load/command_line.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace smol;
using namespace smol::load;

using words = std::vector<std::string>;

TEST_CASE("a command line says what to run")
{
    const auto line = parse_command_line({"mixed",
        "--url",
        "http://a:1/p/",
        "--keys",
        "1000",
        "--size",
        "1KiB..2KiB",
        "--mix",
        "get=1,put=2",
        "--law",
        "zipf",
        "--zipf",
        "120",
        "--servers",
        "1,22",
        "--no-check",
        "--json"});
    REQUIRE_FALSE(line.exit_code);
    CHECK(line.wants_json);
    CHECK(line.plan.script.what == workload::mixed);
    CHECK(line.plan.how.names.prefix == "/p");
    CHECK(line.plan.script.keys == 1000);
    CHECK(line.plan.how.sizes.largest() == 2048);
    CHECK(line.plan.script.mix.put == 2);
    CHECK(line.plan.script.mix.remove == 0);
    CHECK(line.plan.script.law == key_law::zipf);
    CHECK(line.plan.script.exponent == Approx(1.2));
    CHECK(line.plan.servers == std::vector<pid_t>{1, 22});
    CHECK_FALSE(line.plan.how.verifies);
}

TEST_CASE("what cannot be run is refused with exit code 2 and a sentence")
{
    const auto arguments = GENERATE(values<words>({
        {},
        {"got"},
        {"look-up"},
        {"put", "get"},
        {"get"},
        {"get", "--keys", "0"},
        {"redirect", "--keys", "x"},
        {"put", "--fill"},
        {"put", "--size", "big"},
        {"put", "--url", "localhost:9000"},
        {"put", "--run", ""},
        {"put", "--threads", "0"},
        {"put", "--threads", "65", "--connections", "65"},
        {"put", "--threads", "2", "--connections", "1"},
        {"mixed", "--keys", "100", "--connections", "26"},
        {"mixed", "--keys", "1000", "--mix", "get"},
        {"put", "--servers", "1,,2"},
        {"put", "--servers", "0"},
        {"put", "--zipf", "0"},
        {"put", "--duration", "0ms"},
        {"put", "--duration", "1"},
        {"put", "--surprise"},
    }));
    CAPTURE(arguments);
    const auto line = parse_command_line(arguments);
    CHECK(line.exit_code == 2);
    CHECK(line.message.size() > 10);
    CHECK(line.message.ends_with('\n'));
}

TEST_CASE("help and version are answered on standard output")
{
    CHECK(parse_command_line({"--help"}).exit_code == 0);
    CHECK(parse_command_line({"--help"}).message.find("--remember") != std::string::npos);
    CHECK(parse_command_line({"--version"}).exit_code == 0);
}

TEST_CASE("parse_mix refuses what is no list of weights")
{
    const auto text = GENERATE(values<std::string>({"",
        "get",
        "get=",
        "get=0",
        "get=-1",
        "list=1",
        "get=1;put=1",
        "get=1,,put=1",
        "get=1000001",
        "=1"}));
    CAPTURE(text);
    CHECK(parse_mix(text).error() == errc::malformed_request);
}

TEST_CASE("writing or deleting given keys ends with the last of them")
{
    CHECK(parse_command_line({"put", "--keys", "9"}).plan.script.count == 9);
    CHECK(parse_command_line({"delete", "--keys", "9", "--count", "20"}).plan.script.count == 9);
    CHECK(parse_command_line({"put", "--keys", "9", "--count", "2"}).plan.script.count == 2);
    CHECK(parse_command_line({"put", "--keys", "9", "--overwrite"}).plan.script.count == 0);
    CHECK(parse_command_line({"put"}).plan.script.count == 0);
    CHECK(parse_command_line({"get", "--keys", "9"}).plan.script.count == 0);
}
