#include "bench/limits/head_counter.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace smol::limits;

TEST_CASE("heads are counted however they are cut")
{
    struct row
    {
        std::string_view text;
        std::size_t heads;
    };
    const auto [text, heads] = GENERATE(values<row>({
        {"", 0},
        {"GET / HTTP/1.1\r\n", 0},
        {"GET / HTTP/1.1\r\n\r", 0},
        {"GET / HTTP/1.1\n\n", 0},
        {"a\r\r\n\n", 0},
        {"a\r\nb\r\nc", 0},
        {"GET / HTTP/1.1\r\n\r\n", 1},
        {"a\r\r\n\r\n", 1},
        {"a\r\n\r\nb\r\n\r\n", 2},
        {"\r\n\r\n\r\n\r\n", 2},
    }));
    CAPTURE(text);
    for (std::size_t step = 1; step < 6; ++step)
    {
        head_counter counter;
        std::size_t found = 0;
        for (std::size_t at = 0; at < text.size(); at += step)
            found += counter.count(text.substr(at, step));
        CHECK(found == heads);
    }
}
