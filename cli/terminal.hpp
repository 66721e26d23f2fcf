#pragma once

// The three standard streams. Plain system calls; writing may block.

#include <cstddef>
#include <string_view>

namespace smol::cli {

enum class standard
{
    input = 0,
    output = 1,
    error = 2,
};

bool is_terminal(standard which) noexcept;

// At least 20; 80 if the terminal does not say.
std::size_t terminal_columns(standard which) noexcept;

// All of it, or false: the reader is gone or the disk behind it is full.
bool write_text(standard to, std::string_view text) noexcept;

// Escape sequences, where `to` is a terminal and NO_COLOR (no-color.org) is not set; else nothing.
enum class colour
{
    red,
    green,
    yellow,
    bold,
};
std::string_view begin(colour which, standard to) noexcept;
std::string_view end_colour(standard to) noexcept;

}  // namespace smol::cli
