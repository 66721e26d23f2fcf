#include "common/base/log.hpp"

#include <fmt/chrono.h>

#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <iterator>

namespace smol::log {
namespace {

std::atomic<level> lowest_level{level::info};

constexpr std::array<std::string_view, 4> level_names{"debug", "info", "warning", "error"};

std::string now()
{
    using namespace std::chrono;
    const auto since_epoch = system_clock::now().time_since_epoch();
    const auto ms = duration_cast<milliseconds>(since_epoch).count();
    const auto seconds = static_cast<std::time_t>(ms / 1000);
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(seconds), ms % 1000);
}

constexpr bool is_plain(char c)
{
    return c > ' ' && c < '\x7f' && c != '"' && c != '\\' && c != '=';
}

void append_escaped(std::string& line, char c)
{
    if (c == '"' || c == '\\')
    {
        line += '\\';
        line += c;
        return;
    }
    const bool is_printable = c >= ' ' && c < '\x7f';
    if (is_printable)
        line += c;
    else
        fmt::format_to(std::back_inserter(line), "\\x{:02x}", static_cast<unsigned char>(c));
}

void append_value(std::string& line, std::string_view value)
{
    bool plain = !value.empty();
    for (const char c : value)
        plain = plain && is_plain(c);
    if (plain)
    {
        line += value;
        return;
    }
    line += '"';
    for (const char c : value)
        append_escaped(line, c);
    line += '"';
}

// Nothing can be done about a log that cannot be written, and nobody may fail because of it.
void write_line(std::string_view line) noexcept
{
    while (::write(STDERR_FILENO, line.data(), line.size()) < 0 && errno == EINTR)
    {}
}

}  // namespace

void set_level(level lowest) noexcept
{
    lowest_level.store(lowest, std::memory_order_relaxed);
}

bool is_enabled(level of) noexcept
{
    return of >= lowest_level.load(std::memory_order_relaxed);
}

void event(level of, std::string_view what, std::initializer_list<field> fields)
{
    if (!is_enabled(of))
        return;
    std::string line = now();
    line += ' ';
    line += level_names[static_cast<std::size_t>(of)];
    line += ' ';
    append_value(line, what);
    for (const auto& each : fields)
    {
        line += ' ';
        line += each.name;
        line += '=';
        append_value(line, each.value);
    }
    line += '\n';
    write_line(line);
}

}  // namespace smol::log
