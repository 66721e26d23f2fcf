#pragma once

// One event is one line on standard error: time, level, event, key=value pairs. Values are quoted
// when they must be, and control bytes escaped, so no client can forge a line. Never give it a
// secret. Thread-safe: one write(2) per line.

#include <fmt/format.h>

#include <initializer_list>
#include <string>
#include <string_view>

namespace smol::log {

enum class level
{
    debug,
    info,
    warning,
    error,
};

// Events below `lowest` are dropped. The default is info.
void set_level(level lowest) noexcept;
bool is_enabled(level of) noexcept;

// A name and a value of one event; formats anything fmt can format.
struct field
{
    template <typename T>
    field(std::string_view name, const T& value) : name(name), value(fmt::format("{}", value))
    {}

    std::string_view name;
    std::string value;
};

void event(level of, std::string_view what, std::initializer_list<field> fields = {});

inline void debug(std::string_view what, std::initializer_list<field> fields = {})
{
    event(level::debug, what, fields);
}
inline void info(std::string_view what, std::initializer_list<field> fields = {})
{
    event(level::info, what, fields);
}
inline void warning(std::string_view what, std::initializer_list<field> fields = {})
{
    event(level::warning, what, fields);
}
inline void error(std::string_view what, std::initializer_list<field> fields = {})
{
    event(level::error, what, fields);
}

}  // namespace smol::log
