#include "cli/dev.hpp"
#include "cli/ls.hpp"
#include "cli/stat.hpp"
#include "cli/status.hpp"

#include <catch2/catch.hpp>

using namespace smol;

namespace {

cli::volume_facts volume(
    std::string name, std::string state, std::string health, std::uint64_t free)
{
    cli::volume_facts one;
    one.name = std::move(name);
    one.address = "127.0.0.1:9001";
    one.state = std::move(state);
    one.health = std::move(health);
    one.capacity_bytes = 100;
    one.free_bytes = free;
    return one;
}

}  // namespace

TEST_CASE("the advice is the most urgent thing")
{
    struct row
    {
        std::vector<cli::volume_facts> volumes;
        bool is_ready;
        std::string_view has;
    };
    const auto [volumes, is_ready, has] = GENERATE(values<row>({
        {{}, false, "No volume has ever joined"},
        {{volume("a", "up", "good", 50)}, true, "Nothing: all is well."},
        {{volume("a", "up", "good", 50)}, false, "2 volumes are wanted"},
        {{volume("a", "up", "good", 9)}, true, "a (127.0.0.1:9001) has 9% left"},
        {{volume("a", "up", "full", 0)}, true, "is full"},
        {{volume("a", "up", "full", 0), volume("b", "down", "good", 50)}, true, "Start b"},
        {{volume("a", "down", "good", 50), volume("b", "up", "read_only", 50)},
            false,
            "The disk of b"},
        {{volume("a", "joining", "good", 50)}, false, "2 volumes are wanted"},
    }));
    cli::store_facts facts;
    facts.volumes = volumes;
    facts.is_ready = is_ready;
    facts.missing = "2 volumes are wanted, 1 is up.";
    const auto advice = cli::advice_for(facts);
    CAPTURE(advice);
    CHECK(advice.find(has) != std::string::npos);
}

TEST_CASE("a volume that tells no capacity does not divide by zero")
{
    cli::store_facts facts;
    facts.is_ready = true;
    facts.volumes.push_back(volume("a", "down", "", 0));
    facts.volumes[0].capacity_bytes = 0;
    CHECK(cli::format_store_facts(facts).find("(0%)") != std::string::npos);
}

TEST_CASE("status shows volumes, deletions and what is missing")
{
    cli::store_facts facts;
    facts.version = "0.1.0";
    facts.uptime_ms = 61'000;
    facts.keys = 12;
    facts.pending_deletions = 3;
    facts.volumes.push_back(volume("vol-1", "up", "good", 50));
    const auto page = cli::format_store_facts(facts);
    for (const auto* expected :
        {"up 1:01", "about 12 keys", "3 deletions under way", "NOT READY", "vol-1", "Next: "})
    {
        CAPTURE(expected);
        CHECK(page.find(expected) != std::string::npos);
    }
}

TEST_CASE("stat never shows a ticket")
{
    cli::value_facts facts;
    facts.state = "live";
    facts.replicas.push_back({"vol-1", true, "http://h:9001/k?ticket=secret", "ab/abcd/x"});
    const auto page = cli::format_value_facts("k", facts);
    CHECK(page.find("ab/abcd/x") != std::string::npos);
    CHECK(page.find("http://h:9001/k") != std::string::npos);
    CHECK(page.find("secret") == std::string::npos);
}

TEST_CASE("keys are listed as asked")
{
    cli::ls_options options;
    cli::value_facts facts;
    facts.size = 7;
    facts.etag = "\"xxh3-0\"";
    CHECK(cli::format_key("a b", nullptr, options) == "/a b\n");
    CHECK(cli::format_key("a b", &facts, options).find("7") != std::string::npos);
    options.wants_json = true;
    CHECK(cli::format_key("a b\xff", nullptr, options) == "{\"key\":\"/a%20b%FF\"}\n");
    CHECK(cli::format_key("k", &facts, options) ==
          "{\"key\":\"/k\",\"size\":7,\"etag\":\"\\\"xxh3-0\\\"\",\"modified\":\"\"}\n");
}

TEST_CASE("dev prints four curl lines for its port")
{
    const auto page = cli::format_welcome("/tmp/data", 9100);
    CHECK(page.find("Data: /tmp/data\n") != std::string::npos);
    std::size_t lines = 0;
    for (auto at = page.find("  curl "); at != std::string::npos; at = page.find("  curl ", at + 1))
        ++lines;
    CHECK(lines == 4);
    CHECK(page.find("localhost:9000") == std::string::npos);
    CHECK(page.find("http://localhost:9100/") != std::string::npos);
}
