#include "cli/terminal.hpp"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

namespace smol::cli {

namespace {

bool wants_colour(standard to) noexcept
{
    const auto* no_colour = std::getenv("NO_COLOR");
    return is_terminal(to) && (no_colour == nullptr || *no_colour == '\0');
}

// Somebody else may have made the terminal non-blocking.
void wait_writable(int descriptor) noexcept
{
    pollfd one{descriptor, POLLOUT, 0};
    ::poll(&one, 1, -1);
}

}  // namespace

bool is_terminal(standard which) noexcept
{
    return ::isatty(static_cast<int>(which)) == 1;
}

std::size_t terminal_columns(standard which) noexcept
{
    winsize window{};
    if (::ioctl(static_cast<int>(which), TIOCGWINSZ, &window) != 0 || window.ws_col == 0)
        return 80;
    return std::max<std::size_t>(20, window.ws_col);
}

bool write_text(standard to, std::string_view text) noexcept
{
    const auto descriptor = static_cast<int>(to);
    while (!text.empty())
    {
        const auto written = ::write(descriptor, text.data(), text.size());
        if (written >= 0)
            text.remove_prefix(static_cast<std::size_t>(written));
        else if (errno == EAGAIN)
            wait_writable(descriptor);
        else if (errno != EINTR)
            return false;
    }
    return true;
}

std::string_view begin(colour which, standard to) noexcept
{
    if (!wants_colour(to))
        return {};
    switch (which)
    {
    case colour::red:
        return "\033[31m";
    case colour::green:
        return "\033[32m";
    case colour::yellow:
        return "\033[33m";
    case colour::bold:
        return "\033[1m";
    }
    return {};
}

std::string_view end_colour(standard to) noexcept
{
    return wants_colour(to) ? "\033[0m" : "";
}

}  // namespace smol::cli
