#pragma once

// How far long work has come: what to show (pure), and the meter that shows it on standard error.

#include <chrono>
#include <cstdint>
#include <string>

namespace smol::cli {

struct progress
{
    std::uint64_t bytes = 0;        // done
    std::uint64_t bytes_total = 0;  // 0: not known
    std::uint64_t files = 0;
    std::uint64_t files_total = 0;  // 0: not known, or one file only
    double bytes_per_second = 0;
};

// " 42%  [=====>      ]  1.2 GiB of 2.9 GiB  310.0 MiB/s  0:05 left", at most `columns` wide: the
// bar goes first, then the words from the right.
std::string format_bar(const progress& now, std::size_t columns);

// "bytes=… bytes_total=… files=… rate=…": for logs.
std::string format_progress_line(const progress& now);

// "12 files, 3.4 MiB in 0.8 s, 4.2 MiB/s"
std::string format_summary(
    std::uint64_t files, std::uint64_t bytes, std::chrono::steady_clock::duration span);

// "0:05", "12:34", "2:03:04"
std::string format_span(std::chrono::seconds span);

// Bytes per second of late: an average in which the past fades with a time constant of 3 s.
class rate_meter
{
public:
    using time_point = std::chrono::steady_clock::time_point;

    explicit rate_meter(time_point start) : last_(start) {}
    void add(time_point now, std::uint64_t bytes_in_all);
    double bytes_per_second() const noexcept { return rate_; }

private:
    time_point last_;
    std::uint64_t bytes_ = 0;
    double rate_ = 0;
    bool begun_ = false;
};

enum class progress_style
{
    automatic,  // a bar on a terminal, else nothing
    lines,      // a line each second
    off,
};

// Shows progress while bytes are added: a bar ten times a second, or lines each second. Not
// thread-safe. The bar is wiped by `wipe`, which also goes before any other line to standard error.
class progress_meter
{
public:
    explicit progress_meter(progress_style style);
    ~progress_meter() { wipe(); }
    progress_meter(const progress_meter&) = delete;

    void expect(std::uint64_t bytes, std::uint64_t files);  // adds to the totals
    void add_bytes(std::uint64_t bytes);
    void take_back(std::uint64_t bytes);  // they must come again
    void add_file();
    void wipe();

    bool is_shown() const noexcept { return bar_ || lines_; }
    std::chrono::steady_clock::duration elapsed() const;

private:
    void show();

    bool bar_ = false;
    bool lines_ = false;
    bool visible_ = false;
    std::chrono::steady_clock::time_point start_;
    std::chrono::steady_clock::time_point shown_;
    rate_meter rate_;
    progress now_;
};

}  // namespace smol::cli
