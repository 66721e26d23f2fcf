#include "common/base/bytes.hpp"
#include "common/config/settings.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace {

using namespace smol;
using namespace std::chrono_literals;
using arguments = std::vector<std::string>;
using variables = std::map<std::string, std::string>;

// One row of each kind.
struct knobs
{
    std::string db = "./olivedb";
    std::uint64_t replicas = 3;
    std::uint16_t port = 9000;
    std::uint64_t reserve = 64 * MiB;
    std::chrono::milliseconds lifetime{86'400'000};
    bool protect = false;
    bool colour = true;
    std::size_t redirect = 0;

    config::program program()
    {
        config::program of;
        of.name = "master";
        of.synopsis = "PORT=9000 master [--db DIR]";
        of.summary = "The index and the front door.";
        of.operands = "[DIR...]";
        of.settings = {
            config::text("--db", "SMOL_DB", "DIR", db, "Where the index is."),
            config::with_letter(
                'n', config::number("--replicas", "", "N", replicas, "Copies of each value.")),
            config::port("--port", "PORT", port, "Port to listen on."),
            config::size("--reserve", "SMOL_RESERVE", reserve, "Bytes to leave free."),
            config::duration("--lifetime", "SMOL_LIFETIME", lifetime, "How long tickets last."),
            config::with_letter(
                'p', config::toggle("--protect", "SMOL_PROTECT", protect, "Unlink first.")),
            config::with_letter('c', config::toggle("--colour", "", colour, "Colours.")),
            config::choice(
                "--redirect", "", {"auto", "always", "never"}, redirect, "Redirect or relay."),
        };
        return of;
    }
};

class temporary_file
{
public:
    explicit temporary_file(const std::string& content)
    {
        auto pattern = (std::filesystem::temp_directory_path() / "smol-XXXXXX").string();
        directory_ = ::mkdtemp(pattern.data());
        std::ofstream(path()) << content;
    }
    ~temporary_file() { std::filesystem::remove_all(directory_); }
    temporary_file(const temporary_file&) = delete;

    std::string path() const { return directory_ + "/smol.toml"; }

private:
    std::string directory_;
};

}  // namespace

TEST_CASE("without arguments every setting keeps its default")
{
    knobs all;
    const auto told = config::parse(all.program(), {}, {});
    CHECK(told.is == config::verdict::run);
    CHECK(all.db == "./olivedb");
    CHECK(all.port == 9000);
    CHECK(told.operands.empty());
}

TEST_CASE("every way to write a flag reaches its row")
{
    knobs all;
    const arguments given{"--db=/var/db",
        "--port",
        "1",
        "one",
        "-n5",
        "-pc",
        "--no-colour",
        "--reserve",
        "2G",
        "--lifetime",
        "90s",
        "--redirect=never",
        "-",
        "--",
        "--port"};
    const auto told = config::parse(all.program(), given, {});
    CAPTURE(told.message);
    REQUIRE(told.is == config::verdict::run);
    CHECK(all.db == "/var/db");
    CHECK(all.port == 1);
    CHECK(all.replicas == 5);
    CHECK(all.protect);
    CHECK_FALSE(all.colour);
    CHECK(all.reserve == 2 * GiB);
    CHECK(all.lifetime == 90s);
    CHECK(all.redirect == 2);
    CHECK(told.operands == arguments{"one", "-", "--port"});
}

TEST_CASE("a value may begin with dashes where an equals sign says so, or be empty")
{
    knobs all;
    CHECK(config::parse(all.program(), {"--db=--odd"}, {}).is == config::verdict::run);
    CHECK(all.db == "--odd");
    CHECK(config::parse(all.program(), {"--db="}, {}).is == config::verdict::run);
    CHECK(all.db.empty());
}

TEST_CASE("a flag overrules the environment, which overrules the file, which overrules the default")
{
    const temporary_file file("db = \"file\"\nport = 1\nreserve = \"1K\"\nprotect = true\n");
    knobs all;
    const variables environment{
        {"PORT", "2"}, {"SMOL_RESERVE", "2K"}, {"SMOL_UNKNOWN", "x"}, {"SMOL_DB", ""}};
    const auto told =
        config::parse(all.program(), {"--config", file.path(), "--reserve", "3K"}, environment);
    CAPTURE(told.message);
    REQUIRE(told.is == config::verdict::run);
    CHECK(all.db == "file");
    CHECK(all.port == 2);
    CHECK(all.reserve == 3 * KiB);
    CHECK(all.protect);
    CHECK(all.replicas == 3);
}

TEST_CASE("the file may be named by the environment")
{
    const temporary_file file("port = 7\n");
    knobs all;
    CHECK(config::parse(all.program(), {}, {{"SMOL_CONFIG", file.path()}}).is ==
          config::verdict::run);
    CHECK(all.port == 7);
}

TEST_CASE("help and version are asked for before anything is stored or refused")
{
    knobs all;
    const auto of = all.program();
    CHECK(
        config::parse(of, {"--port", "1", "--help", "--nonsense"}, {}).is == config::verdict::help);
    CHECK(config::parse(of, {"-h"}, {{"PORT", "x"}}).is == config::verdict::help);
    CHECK(config::parse(of, {"--version"}, {}).is == config::verdict::version);
    CHECK(all.port == 9000);
}

TEST_CASE("bad arguments are refused with their name and what would be right")
{
    struct row
    {
        arguments given;
        std::string_view message;
    };
    const auto bad = GENERATE(values<row>({
        {{"--prot", "1"}, "unknown flag --prot; did you mean --port?"},
        {{"--protetc"}, "unknown flag --protetc; did you mean --protect?"},
        {{"--zzzzzz"}, "unknown flag --zzzzzz (see"},
        {{"--no-port"}, "unknown flag --no-port"},
        {{"--no-protect=true"}, "unknown flag --no-protect"},
        {{"--Port", "1"}, "unknown flag --Port; did you mean --port?"},
        {{"-x"}, "unknown flag -x"},
        {{"-px"}, "unknown flag -x"},
        {{"--=1"}, "unknown flag --"},
        {{"--port"}, "--port needs a value: --port PORT"},
        {{"--db", "--port"}, "--db needs a value: --db DIR"},
        {{"-n"}, "-n needs a value: -n N"},
        {{"--config"}, "--config needs a value: --config FILE"},
        {{"--port", ""}, "--port: '' is not a port number from 0 to 65535"},
        {{"--port", "65536"}, "--port: '65536' is not a port number from 0 to 65535"},
        {{"--port", "-1"}, "--port: '-1' is not"},
        {{"--port", "80x"}, "--port: '80x' is not"},
        {{"--port", " 80"}, "--port: ' 80' is not"},
        {{"--port", "99999999999999999999999"}, "is not a port number"},
        {{"--replicas", "three"}, "--replicas: 'three' is not a whole number"},
        {{"-nthree"}, "-n: 'three' is not a whole number"},
        {{"--reserve", "1X"}, "--reserve: '1X' is not a size such as"},
        {{"--reserve", "1.5G"}, "--reserve: '1.5G' is not a size"},
        {{"--lifetime", "90"}, "--lifetime: '90' is not a time such as"},
        {{"--lifetime", "-1s"}, "--lifetime: '-1s' is not a time"},
        {{"--protect=maybe"}, "--protect: 'maybe' is not true or false"},
        {{"--protect="}, "--protect: '' is not true or false"},
        {{"--redirect", "Never"}, "--redirect: 'Never' is not one of auto, always, never"},
        {{"--redirect", "alway"}, "--redirect: 'alway' is not one of"},
        {{"--config", "/nonexistent/smol.toml"}, "/nonexistent/smol.toml"},
    }));
    knobs all;
    const auto told = config::parse(all.program(), bad.given, {});
    CAPTURE(bad.message, told.message);
    CHECK(told.is == config::verdict::invalid);
    CHECK(told.message.find(bad.message) != std::string::npos);
    CHECK(told.message.starts_with("master: "));
}

TEST_CASE("a bad variable is named even where a flag overrules it")
{
    struct row
    {
        std::string name;
        std::string value;
        std::string_view message;
    };
    const auto bad = GENERATE(values<row>({
        {"PORT", "http", "PORT: 'http' is not a port number"},
        {"SMOL_RESERVE", "lots", "SMOL_RESERVE: 'lots' is not a size"},
        {"SMOL_PROTECT", "2", "SMOL_PROTECT: '2' is not true or false"},
        {"SMOL_LIFETIME", "1 h", "SMOL_LIFETIME: '1 h' is not a time"},
        {"SMOL_CONFIG", "/nonexistent", "/nonexistent"},
    }));
    knobs all;
    const auto told = config::parse(
        all.program(), {"--port=1", "--reserve=1", "--protect"}, {{bad.name, bad.value}});
    CAPTURE(bad.message, told.message);
    CHECK(told.is == config::verdict::invalid);
    CHECK(told.message.find(bad.message) != std::string::npos);
}

TEST_CASE("a bad line of the file is named with its number")
{
    struct row
    {
        std::string_view content;
        std::string_view message;
    };
    const auto bad = GENERATE(values<row>({
        {"\nport = 65536\n", "line 2: port: '65536' is not a port number"},
        {"prot = 1\n", "line 1: prot is no setting of master; did you mean port?"},
        {"\"--port\" = 1\n", "is no setting of master"},
        {"config = \"x\"\n", "line 1: config is no setting of master"},
        {"port = 1.5\n", "line 1: 'port' must be"},
        {"port = [1]\n", "line 1: 'port' must be"},
        {"[port]\nx = 1\n", "line 1: 'port' must be"},
        {"port = -1\n", "line 1: port: '-1' is not"},
        {"port =\n", "line 1"},
        {"port = 1\nport = 2\n", "line 2"},
        {"protect = \"sometimes\"\n", "line 1: protect: 'sometimes' is not true or false"},
        {"db = unquoted\n", "line 1"},
    }));
    const temporary_file file{std::string(bad.content)};
    knobs all;
    const auto told = config::parse(all.program(), {"--config", file.path()}, {});
    CAPTURE(bad.content, told.message);
    CHECK(told.is == config::verdict::invalid);
    CHECK(told.message.find(bad.message) != std::string::npos);
    CHECK(told.message.find(file.path()) != std::string::npos);
}

TEST_CASE("operands are refused where none are taken")
{
    knobs all;
    auto of = all.program();
    of.operands.clear();
    CHECK(config::parse(of, {"stray"}, {}).is == config::verdict::invalid);
    CHECK(config::parse(of, {"--", "--port"}, {}).is == config::verdict::invalid);
    CHECK(config::parse(of, {"--"}, {}).is == config::verdict::run);
}

TEST_CASE("a program that reads no file knows no --config")
{
    knobs all;
    auto of = all.program();
    of.reads_file = false;
    CHECK(config::parse(of, {"--config", "x"}, {}).is == config::verdict::invalid);
    CHECK(config::parse(of, {}, {{"SMOL_CONFIG", "/nonexistent"}}).is == config::verdict::run);
    CHECK(config::help(of).find("--config") == std::string::npos);
}

TEST_CASE("help shows every row with its default, its variable and nothing wider than a page")
{
    knobs all;
    auto of = all.program();
    for (int i = 0; i < 50; ++i)
        of.summary += " more words";
    const auto page = config::help(of);
    for (const auto* expected : {"Usage: PORT=9000 master",
             "--db DIR",
             "[default ./olivedb, SMOL_DB]",
             "-n, --replicas N",
             "[default 64M, SMOL_RESERVE]",
             "[default 1d, SMOL_LIFETIME]",
             "--redirect auto|always|never",
             "[default auto]",
             "-h, --help",
             "--config FILE"})
    {
        CAPTURE(expected);
        CHECK(page.find(expected) != std::string::npos);
    }
    CHECK(page.find("default off") == std::string::npos);
    std::size_t begin = 0;
    while (begin < page.size())
    {
        const auto end = page.find('\n', begin);
        CHECK(end - begin <= 100);
        begin = end + 1;
    }
}

TEST_CASE("the process's environment is read")
{
    ::setenv("SMOL_SETTINGS_TEST", "a=b", 1);
    CHECK(config::process_environment().at("SMOL_SETTINGS_TEST") == "a=b");
    ::unsetenv("SMOL_SETTINGS_TEST");
}
