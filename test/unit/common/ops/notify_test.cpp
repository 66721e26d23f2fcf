#include "common/io/unique_fd.hpp"
#include "common/ops/notify.hpp"
#include "test/support/temp_dir.hpp"

#include <catch2/catch.hpp>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

using namespace smol;
using namespace std::chrono_literals;

// What systemd would be: a datagram socket named by $NOTIFY_SOCKET.
class supervisor
{
public:
    explicit supervisor(std::string name)
        : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0))
    {
        ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
        sockaddr_un at{};
        at.sun_family = AF_UNIX;
        std::memcpy(at.sun_path, name.data(), name.size());
        if (name.front() == '@')
            at.sun_path[0] = '\0';
        const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
        REQUIRE(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&at), size) == 0);
    }
    supervisor(const supervisor&) = delete;
    ~supervisor() { ::unsetenv("NOTIFY_SOCKET"); }

    std::string heard()
    {
        char text[256];
        const auto got = ::recv(socket_.get(), text, sizeof text, 0);
        return got < 0 ? std::string() : std::string(text, static_cast<std::size_t>(got));
    }

private:
    io::unique_fd socket_;
};

void check_notifications(const std::string& name)
{
    supervisor systemd(name);
    ops::notify_ready("serving\non 9000");
    CHECK(systemd.heard() == "READY=1\nSTATUS=serving on 9000");
    ops::notify_status("two");
    CHECK(systemd.heard() == "STATUS=two");
    ops::notify_status("two");
    CHECK(systemd.heard().empty());
    ops::notify_watchdog();
    CHECK(systemd.heard() == "WATCHDOG=1");
    ops::notify_stopping();
    CHECK(systemd.heard() == "STOPPING=1");
    CHECK(systemd.heard().empty());
}

TEST_CASE("the supervisor hears every notification, by path or abstract name")
{
    const test::temp_dir directory;
    check_notifications(directory / "notify");
    check_notifications("@smol-test-" + std::to_string(::getpid()));
}

TEST_CASE("without a usable socket nothing happens")
{
    for (const char* name : {"", "relative", "@", "/nowhere/at/all"})
    {
        ::setenv("NOTIFY_SOCKET", name, 1);
        ops::notify_ready("x");
    }
    ::setenv("NOTIFY_SOCKET", std::string(500, '/').c_str(), 1);
    ops::notify_ready("x");
    ::unsetenv("NOTIFY_SOCKET");
    ops::notify_ready("x");
}

}  // namespace
