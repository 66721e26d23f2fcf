#include "common/base/parse.hpp"
#include "common/http/precondition.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace smol::http {
namespace {

constexpr std::array<std::string_view, 7> days{
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> months{
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

constexpr std::size_t short_day = 3;

// Reads a date from left to right; once something does not fit, `is_good` stays false.
class date_reader
{
public:
    explicit date_reader(std::string_view text) : rest_(text) {}

    void literal(std::string_view expected)
    {
        is_good_ = is_good_ && rest_.starts_with(expected);
        rest_.remove_prefix(std::min(expected.size(), rest_.size()));
    }

    int number(std::size_t digits)
    {
        const auto value = parse_number(rest_.substr(0, digits));
        is_good_ = is_good_ && rest_.size() >= digits && value;
        rest_.remove_prefix(std::min(digits, rest_.size()));
        return is_good_ ? static_cast<int>(*value) : 0;
    }

    // Two characters of asctime's day of the month, the first of which may be a blank.
    int padded_number()
    {
        if (!rest_.starts_with(' '))
            return number(2);
        literal(" ");
        return number(1);
    }

    unsigned month()
    {
        const auto found = std::find(months.begin(), months.end(), rest_.substr(0, 3));
        is_good_ = is_good_ && found != months.end();
        rest_.remove_prefix(std::min<std::size_t>(3, rest_.size()));
        return static_cast<unsigned>(found - months.begin()) + 1;
    }

    std::chrono::seconds time_of_day()
    {
        const int hour = number(2);
        literal(":");
        const int minute = number(2);
        literal(":");
        const int second = number(2);
        is_good_ = is_good_ && hour < 24 && minute < 60 && second <= 60;  // 60: a leap second
        return std::chrono::hours(hour) + std::chrono::minutes(minute) +
               std::chrono::seconds(second);
    }

    bool is_good() const { return is_good_ && rest_.empty(); }

private:
    std::string_view rest_;
    bool is_good_ = true;
};

void put_two(date_text& text, std::size_t at, unsigned number) noexcept
{
    text[at] = static_cast<char>('0' + number / 10);
    text[at + 1] = static_cast<char>('0' + number % 10);
}

struct date
{
    int year = 0;
    unsigned month = 0;
    int day = 0;
    std::chrono::seconds time{};
};

// "Sun, 06 Nov 1994 08:49:37 GMT"
void read_fixdate(date_reader& text, date& into)
{
    text.literal(", ");
    into.day = text.number(2);
    text.literal(" ");
    into.month = text.month();
    text.literal(" ");
    into.year = text.number(4);
    text.literal(" ");
    into.time = text.time_of_day();
    text.literal(" GMT");
}

// "Sunday, 06-Nov-94 08:49:37 GMT". The century is guessed as POSIX does, not by a clock.
void read_rfc850(date_reader& text, date& into)
{
    text.literal(", ");
    into.day = text.number(2);
    text.literal("-");
    into.month = text.month();
    text.literal("-");
    const int year = text.number(2);
    into.year = year < 69 ? 2000 + year : 1900 + year;
    text.literal(" ");
    into.time = text.time_of_day();
    text.literal(" GMT");
}

// "Sun Nov  6 08:49:37 1994"
void read_asctime(date_reader& text, date& into)
{
    text.literal(" ");
    into.month = text.month();
    text.literal(" ");
    into.day = text.padded_number();
    text.literal(" ");
    into.time = text.time_of_day();
    text.literal(" ");
    into.year = text.number(4);
}

}  // namespace

date_text print_http_date(unix_seconds when) noexcept
{
    constexpr unix_seconds first_second = -62'167'219'200;
    constexpr unix_seconds last_second = 253'402'300'799;
    constexpr std::string_view form = "Day, 00 Mon 0000 00:00:00 GMT";
    using namespace std::chrono;
    // The format has years of four digits.
    const sys_seconds time{seconds(std::clamp(when, first_second, last_second))};
    const auto day = floor<std::chrono::days>(time);
    const year_month_day calendar(day);
    const hh_mm_ss clock(time - day);
    const auto year = static_cast<unsigned>(static_cast<int>(calendar.year()));
    date_text text;
    form.copy(text.data(), text.size());
    days[weekday(day).c_encoding()].copy(text.data(), short_day);
    put_two(text, 5, static_cast<unsigned>(calendar.day()));
    months[static_cast<unsigned>(calendar.month()) - 1].copy(text.data() + 8, 3);
    put_two(text, 12, year / 100);
    put_two(text, 14, year % 100);
    put_two(text, 17, static_cast<unsigned>(clock.hours().count()));
    put_two(text, 20, static_cast<unsigned>(clock.minutes().count()));
    put_two(text, 23, static_cast<unsigned>(clock.seconds().count()));
    return text;
}

std::string http_date(unix_seconds when)
{
    const auto text = print_http_date(when);
    return {text.begin(), text.end()};
}

std::optional<unix_seconds> parse_http_date(std::string_view text)
{
    const auto name = text.substr(0, text.find_first_of(", "));
    const bool is_long = std::find(days.begin(), days.end(), name) != days.end();
    const bool is_short = std::any_of(days.begin(), days.end(), [&](std::string_view each) {
        return each.substr(0, short_day) == name;
    });
    if (!is_long && !is_short)
        return std::nullopt;
    date_reader reader(text.substr(name.size()));
    date found;
    if (is_long)
        read_rfc850(reader, found);
    else if (text.substr(name.size()).starts_with(','))
        read_fixdate(reader, found);
    else
        read_asctime(reader, found);
    if (!reader.is_good())
        return std::nullopt;
    using namespace std::chrono;
    const year_month_day calendar{year(found.year),
        std::chrono::month(found.month),
        std::chrono::day(static_cast<unsigned>(found.day))};
    if (!calendar.ok())
        return std::nullopt;
    return (sys_days(calendar) + found.time).time_since_epoch().count();
}

}  // namespace smol::http
