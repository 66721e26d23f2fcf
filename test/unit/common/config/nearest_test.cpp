#include "common/config/nearest.hpp"

#include <catch2/catch.hpp>

TEST_CASE("nearest finds slips of the finger and nothing else")
{
    struct row
    {
        std::string word;
        std::string found;
    };
    const auto [word, found] = GENERATE(values<row>({
        {"gte", "get"},
        {"stauts", "status"},
        {"puts", "put"},
        {"lss", "ls"},
        {"", ""},
        {"x", ""},
        {"delete", ""},
        {"upload", ""},
        {"list", ""},
        {"GETTING", ""},
        {std::string(10'000, 'g'), ""},
    }));
    CAPTURE(word);
    CHECK(smol::config::nearest(word, {"put", "get", "ls", "rm", "status"}) == found);
}

TEST_CASE("nearest of nothing is nothing")
{
    CHECK(smol::config::nearest("get", {}).empty());
}
