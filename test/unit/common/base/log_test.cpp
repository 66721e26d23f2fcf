#include "common/base/log.hpp"

#include <catch2/catch.hpp>

#include <unistd.h>

#include <array>
#include <functional>
#include <string>

using namespace smol;

namespace {

// What `write` sends to standard error. At most a pipe's worth.
std::string captured(const std::function<void()>& write)
{
    std::array<int, 2> pipe{};
    REQUIRE(::pipe(pipe.data()) == 0);
    const int before = ::dup(STDERR_FILENO);
    REQUIRE(::dup2(pipe[1], STDERR_FILENO) >= 0);
    write();
    REQUIRE(::dup2(before, STDERR_FILENO) >= 0);
    ::close(before);
    ::close(pipe[1]);
    std::string text;
    std::array<char, 4096> piece{};
    for (;;)
    {
        const auto got = ::read(pipe[0], piece.data(), piece.size());
        if (got <= 0)
            break;
        text.append(piece.data(), static_cast<std::size_t>(got));
    }
    ::close(pipe[0]);
    return text;
}

// The line without its time, the form of which is checked: 2025-11-22T13:51:16.123Z
std::string without_time(const std::string& line)
{
    const std::string form = "dddd-dd-ddTdd:dd:dd.dddZ ";
    REQUIRE(line.size() > form.size());
    for (std::size_t at = 0; at < form.size(); ++at)
    {
        if (form[at] == 'd')
            CHECK((line[at] >= '0' && line[at] <= '9'));
        else
            CHECK(line[at] == form[at]);
    }
    return line.substr(form.size());
}

std::string line_of(std::string_view what, std::initializer_list<log::field> fields = {})
{
    return without_time(captured([&] { log::event(log::level::info, what, fields); }));
}

}  // namespace

TEST_CASE("An event is one line with its time, level, name and fields")
{
    CHECK(line_of("started") == "info started\n");
    CHECK(line_of("put", {{"size", 7}, {"volume", "vol-1"}}) == "info put size=7 volume=vol-1\n");
    CHECK(without_time(captured([] { log::error("broken"); })) == "error broken\n");
    CHECK(without_time(captured([] { log::warning("odd"); })) == "warning odd\n");
}

TEST_CASE("No value can forge a line, a field or a terminal's colours")
{
    struct row
    {
        std::string value;
        std::string printed;
    };
    const auto [value, printed] = GENERATE(values<row>({
        {"", R"("")"},
        {"two words", R"("two words")"},
        {"a=b", R"("a=b")"},
        {"a\n2025 error forged", R"("a\x0a2025 error forged")"},
        {"a\r\n", R"("a\x0d\x0a")"},
        {R"(say "hi")", R"("say \"hi\"")"},
        {R"(back\slash)", R"("back\\slash")"},
        {R"(\")", R"("\\\"")"},
        {"\x1b[31m", R"("\x1b[31m")"},
        {std::string("nul\0", 4), R"("nul\x00")"},
        {"\x7f", R"("\x7f")"},
        {"\xff\xc3\xa4", R"("\xff\xc3\xa4")"},
        {"\t", R"("\x09")"},
    }));
    CAPTURE(value);
    CHECK(line_of("event", {{"value", value}}) == "info event value=" + printed + "\n");
    CHECK(line_of(value + " ") != "info " + value + " \n");
}

TEST_CASE("Events below the lowest level are dropped")
{
    CHECK_FALSE(log::is_enabled(log::level::debug));
    CHECK(captured([] { log::debug("detail"); }).empty());
    log::set_level(log::level::error);
    CHECK(captured([] { log::warning("odd"); }).empty());
    CHECK_FALSE(captured([] { log::error("broken"); }).empty());
    log::set_level(log::level::debug);
    CHECK_FALSE(captured([] { log::debug("detail"); }).empty());
    log::set_level(log::level::info);
}
