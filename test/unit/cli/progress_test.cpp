#include "cli/progress.hpp"
#include "common/base/bytes.hpp"

#include <catch2/catch.hpp>

using namespace smol;
using namespace std::chrono_literals;

namespace {

cli::progress some(std::uint64_t bytes, std::uint64_t total, double rate)
{
    cli::progress now;
    now.bytes = bytes;
    now.bytes_total = total;
    now.bytes_per_second = rate;
    return now;
}

}  // namespace

TEST_CASE("the bar says how much, how fast and how long, as far as the columns go")
{
    const auto now = some(512 * MiB, GiB, 64.0 * MiB);
    const auto wide = cli::format_bar(now, 120);
    CHECK(wide.find(" 50%") == 0);
    CHECK(wide.find("512.0 MiB of 1.0 GiB") != std::string::npos);
    CHECK(wide.find("64.0 MiB/s") != std::string::npos);
    CHECK(wide.find("0:08 left") != std::string::npos);
    CHECK(wide.find("=>") != std::string::npos);
    const auto narrow = cli::format_bar(now, 40);
    CHECK(narrow.find("512.0 MiB of 1.0 GiB") != std::string::npos);
    CHECK(narrow.find('[') == std::string::npos);
    for (std::size_t columns = 0; columns < 130; ++columns)
        CHECK(cli::format_bar(now, columns).size() <= std::max<std::size_t>(columns, 4));
}

TEST_CASE("the bar stays sane where numbers are missing or odd")
{
    struct row
    {
        cli::progress now;
        std::string_view has;
        std::string_view lacks;
    };
    const auto [now, has, lacks] = GENERATE(values<row>({
        {some(0, 0, 0), "0 B", "%"},                             // nothing known
        {some(5 * KiB, 0, 1024), "5.0 KiB", "left"},             // no end in sight
        {some(0, 100, 0), "  0%", "left"},                       // stalled before the first byte
        {some(50, 100, 0.1), " 50%", "left"},                    // as good as stalled
        {some(100, 100, 10), "100%", "left"},                    // done
        {some(150, 100, 10), "100%", "left"},                    // grew meanwhile
        {some(1, std::uint64_t(1) << 62, 1), "99:00:00", "%%"},  // longer than anyone waits
        {some(1, 100, -5), "0 B/s", "left"},                     // a clock that went back
    }));
    const auto bar = cli::format_bar(now, 100);
    CAPTURE(bar);
    CHECK(bar.find(has) != std::string::npos);
    CHECK(bar.find(lacks) == std::string::npos);
    CHECK(bar.size() <= 100);
}

TEST_CASE("trees count their files")
{
    auto now = some(10, 100, 10);
    now.files = 3;
    now.files_total = 30;
    CHECK(cli::format_bar(now, 120).find("3 of 30 files") != std::string::npos);
    now.files_total = 0;
    CHECK(cli::format_bar(now, 120).find("3 files") != std::string::npos);
}

TEST_CASE("a progress line is for programs: plain numbers")
{
    auto now = some(10, 100, 7.9);
    now.files = 1;
    CHECK(cli::format_progress_line(now) ==
          "bytes=10 bytes_total=100 files=1 files_total=0 bytes_per_second=7");
    now.bytes_per_second = -1;
    CHECK(cli::format_progress_line(now).ends_with("bytes_per_second=0"));
}

TEST_CASE("a summary tells counts, bytes, time and rate")
{
    CHECK(cli::format_summary(1, MiB, 2s) == "1 file, 1.0 MiB in 2.0 s, 512.0 KiB/s");
    CHECK(cli::format_summary(0, 0, 0s) == "0 files, 0 B in 0.0 s, 0 B/s");
}

TEST_CASE("spans of time read like a clock")
{
    CHECK(cli::format_span(0s) == "0:00");
    CHECK(cli::format_span(59s) == "0:59");
    CHECK(cli::format_span(754s) == "12:34");
    CHECK(cli::format_span(7384s) == "2:03:04");
    CHECK(cli::format_span(-5s) == "0:00");
}

TEST_CASE("the rate follows what happens of late and never jumps to nonsense")
{
    const cli::rate_meter::time_point start{};
    cli::rate_meter rate(start);
    rate.add(start, 1000);
    CHECK(rate.bytes_per_second() == 0);  // no time has passed
    rate.add(start + 1s, 1000);
    CHECK(rate.bytes_per_second() == Approx(1000));
    for (int second = 2; second < 30; ++second)
        rate.add(start + std::chrono::seconds(second), 1000);
    CHECK(rate.bytes_per_second() < 1);  // stalled
    rate.add(start + 30s, 500);
    CHECK(rate.bytes_per_second() >= 0);  // bytes were taken back
    rate.add(start + 29s, 99999);
    CHECK(rate.bytes_per_second() < 1);  // a step back in time says nothing
}
