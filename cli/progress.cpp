#include "cli/progress.hpp"

#include "cli/terminal.hpp"
#include "common/base/parse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace smol::cli {

namespace {

using std::chrono::steady_clock;

std::string rate_text(double bytes_per_second)
{
    return format_size(static_cast<std::uint64_t>(std::max(0.0, bytes_per_second))) + "/s";
}

std::string bar_text(double share, std::size_t columns)
{
    const auto inner = columns - 2;
    const auto filled = static_cast<std::size_t>(share * static_cast<double>(inner));
    std::string bar(inner, ' ');
    std::fill_n(bar.begin(), std::min(filled, inner), '=');
    if (filled < inner)
        bar[filled] = '>';
    return '[' + bar + ']';
}

// The words to the right of the bar, the most telling first.
std::vector<std::string> words_of(const progress& now)
{
    std::vector<std::string> words;
    words.push_back(
        now.bytes_total == 0
            ? format_size(now.bytes)
            : fmt::format("{} of {}", format_size(now.bytes), format_size(now.bytes_total)));
    words.push_back(rate_text(now.bytes_per_second));
    const bool knows_end = now.bytes_total > now.bytes && now.bytes_per_second >= 1;
    if (knows_end)
    {
        constexpr double seconds_max = 99 * 3600.0;
        const auto left = static_cast<double>(now.bytes_total - now.bytes) / now.bytes_per_second;
        const std::chrono::seconds span(std::llround(std::min(left, seconds_max)));
        words.push_back(format_span(span) + " left");
    }
    if (now.files_total > 0)
        words.push_back(fmt::format("{} of {} files", now.files, now.files_total));
    else if (now.files > 1)
        words.push_back(fmt::format("{} files", now.files));
    return words;
}

}  // namespace

std::string format_bar(const progress& now, std::size_t columns)
{
    const auto share =
        now.bytes_total == 0
            ? 0.0
            : std::min(1.0, static_cast<double>(now.bytes) / static_cast<double>(now.bytes_total));
    std::string line;
    if (now.bytes_total > 0)
        line = fmt::format("{:3}%", static_cast<int>(share * 100));
    std::string words;
    for (const auto& word : words_of(now))
    {
        const auto blanks = line.empty() && words.empty() ? 0U : 2U;
        if (line.size() + words.size() + blanks + word.size() > columns)
            break;
        words += std::string(blanks, ' ') + word;
    }
    constexpr std::size_t bar_columns_min = 12;
    constexpr std::size_t bar_columns_max = 42;
    const auto used = line.size() + words.size() + 2;
    if (now.bytes_total > 0 && used + bar_columns_min <= columns)
        line += "  " + bar_text(share, std::min(columns - used, bar_columns_max));
    return line + words;
}

std::string format_progress_line(const progress& now)
{
    return fmt::format("bytes={} bytes_total={} files={} files_total={} bytes_per_second={}",
        now.bytes,
        now.bytes_total,
        now.files,
        now.files_total,
        static_cast<std::uint64_t>(std::max(0.0, now.bytes_per_second)));
}

std::string format_summary(std::uint64_t files, std::uint64_t bytes, steady_clock::duration span)
{
    const auto seconds = std::chrono::duration<double>(span).count();
    const auto rate = seconds > 0 ? static_cast<double>(bytes) / seconds : 0.0;
    return fmt::format("{} {}, {} in {:.1f} s, {}",
        files,
        files == 1 ? "file" : "files",
        format_size(bytes),
        seconds,
        rate_text(rate));
}

std::string format_span(std::chrono::seconds span)
{
    const auto seconds = std::max<std::int64_t>(0, span.count());
    if (seconds >= 3600)
        return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
}

void rate_meter::add(time_point now, std::uint64_t bytes_in_all)
{
    constexpr double memory_s = 3.0;
    const auto span = std::chrono::duration<double>(now - last_).count();
    if (span <= 0)
        return;
    const auto grown = bytes_in_all > bytes_ ? bytes_in_all - bytes_ : 0;
    const auto current = static_cast<double>(grown) / span;
    const auto weight = begun_ ? 1.0 - std::exp(-span / memory_s) : 1.0;
    rate_ += weight * (current - rate_);
    begun_ = true;
    last_ = now;
    bytes_ = bytes_in_all;
}

progress_meter::progress_meter(progress_style style)
    : bar_(style == progress_style::automatic && is_terminal(standard::error)),
      lines_(style == progress_style::lines), start_(steady_clock::now()), shown_(start_),
      rate_(start_)
{}

void progress_meter::expect(std::uint64_t bytes, std::uint64_t files)
{
    now_.bytes_total += bytes;
    now_.files_total += files;
}

void progress_meter::add_bytes(std::uint64_t bytes)
{
    now_.bytes += bytes;
    show();
}

void progress_meter::take_back(std::uint64_t bytes)
{
    now_.bytes -= std::min(bytes, now_.bytes);
}

void progress_meter::add_file()
{
    ++now_.files;
    show();
}

void progress_meter::wipe()
{
    if (visible_)
        write_text(standard::error, "\r\033[K");
    visible_ = false;
}

steady_clock::duration progress_meter::elapsed() const
{
    return steady_clock::now() - start_;
}

void progress_meter::show()
{
    if (!is_shown())
        return;
    const auto moment = steady_clock::now();
    const auto interval = bar_ ? std::chrono::milliseconds(100) : std::chrono::milliseconds(1'000);
    if (moment - shown_ < interval)
        return;
    shown_ = moment;
    rate_.add(moment, now_.bytes);
    now_.bytes_per_second = rate_.bytes_per_second();
    if (lines_)
    {
        write_text(standard::error, format_progress_line(now_) + '\n');
        return;
    }
    const auto columns = terminal_columns(standard::error);
    write_text(standard::error, "\r" + format_bar(now_, columns - 1) + "\033[K");
    visible_ = true;
}

}  // namespace smol::cli
