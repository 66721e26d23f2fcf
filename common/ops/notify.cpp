#include "common/ops/notify.hpp"

#include "common/base/log.hpp"
#include "common/io/unique_fd.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

namespace smol::ops {

namespace {

struct address
{
    sockaddr_un name{};
    socklen_t size = 0;
};

// "/path", or "@name" in the abstract space, where a NUL stands for the "@". Others are ignored.
std::optional<address> address_of(std::string_view path)
{
    address made;
    made.name.sun_family = AF_UNIX;
    if (path.size() < 2 || path.size() >= sizeof made.name.sun_path)
        return std::nullopt;
    if (path.front() != '/' && path.front() != '@')
        return std::nullopt;
    std::memcpy(made.name.sun_path, path.data(), path.size());
    if (path.front() == '@')
        made.name.sun_path[0] = '\0';
    made.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
    return made;
}

void send(std::string_view message)
{
    const char* path = std::getenv("NOTIFY_SOCKET");
    if (!path)
        return;
    const auto to = address_of(path);
    const io::unique_fd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!to || !socket)
        return log::warning("notify_failed", {{"socket", path}});
    const auto* name = reinterpret_cast<const sockaddr*>(&to->name);
    const auto sent =
        ::sendto(socket.get(), message.data(), message.size(), MSG_NOSIGNAL, name, to->size);
    if (sent < 0)
        log::warning("notify_failed", {{"socket", path}, {"error", std::strerror(errno)}});
}

std::string status_line(std::string_view status)
{
    std::string line = "STATUS=";
    for (const char c : status)
        line += c == '\n' ? ' ' : c;
    return line;
}

// The last line that was sent.
std::string& last_status()
{
    static std::string line;
    return line;
}

}  // namespace

void notify_ready(std::string_view status)
{
    last_status() = status_line(status);
    send("READY=1\n" + last_status());
}

void notify_status(std::string_view status)
{
    auto line = status_line(status);
    if (line == last_status())
        return;
    send(line);
    last_status() = std::move(line);
}

void notify_stopping()
{
    send("STOPPING=1");
}

void notify_watchdog()
{
    send("WATCHDOG=1");
}

}  // namespace smol::ops
