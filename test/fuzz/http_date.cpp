// Dates: what is read is printed as the same moment, and each second has one preferred spelling.

#include "common/http/precondition.hpp"
#include "test/fuzz/fuzz.hpp"
#include "test/fuzz/targets.hpp"

#include <ctime>
#include <string>

namespace smol::fuzz {
namespace {

constexpr http::unix_seconds year_0 = -62167219200;
constexpr http::unix_seconds year_10000 = 253402300800;

// The C library's calendar as a second opinion.
std::string print_plainly(http::unix_seconds when)
{
    const std::time_t time = when;
    std::tm parts{};
    std::string text(64, '\0');
    if (!::gmtime_r(&time, &parts))
        return {};
    text.resize(std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts));
    return text;
}

}  // namespace

void http_date(std::string_view input)
{
    if (const auto when = http::parse_http_date(input))
    {
        require(*when >= year_0 && *when <= year_10000, "a year of four digits");
        if (*when < year_10000)
        {
            const auto text = http::http_date(*when);
            require(http::parse_http_date(text) == *when, "a date comes back");
        }
    }
    const auto any = static_cast<http::unix_seconds>(
        parts(input).number() % static_cast<std::uint64_t>(year_10000));
    const auto text = http::http_date(any);
    require(text.size() == 29, "a date has 29 characters");
    require(http::parse_http_date(text) == any, "each second comes back");
    if (any >= 0)
        require(text == print_plainly(any), "the C library's calendar agrees");
}

}  // namespace smol::fuzz
