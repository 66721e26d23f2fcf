#include "common/ops/secret.hpp"

#include "common/io/unique_fd.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string_view>

namespace smol::ops {

namespace {

constexpr std::size_t secret_bytes_max = 4096;

// Where systemd puts what LoadCredential= names; only this service can enter it.
bool is_credential(const std::string& path)
{
    const char* directory = std::getenv("CREDENTIALS_DIRECTORY");
    if (!directory || *directory == '\0')
        return false;
    const auto prefix = std::string(directory) + "/";
    return path.starts_with(prefix) && path.find("..") == std::string::npos;
}

bool is_private(int file, const std::string& path) noexcept
{
    struct stat found
    {};
    if (::fstat(file, &found) != 0 || !S_ISREG(found.st_mode))
        return false;
    if ((found.st_mode & 077) == 0)
        return true;
    const bool group_may_only_read = (found.st_mode & 037) == 0;
    return group_may_only_read && found.st_uid == 0 && is_credential(path);
}

result<std::string> read_all(int file)
{
    std::string content(secret_bytes_max + 1, '\0');
    std::size_t size = 0;
    while (size < content.size())
    {
        const auto got = ::read(file, content.data() + size, content.size() - size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return errc::secret_unsafe;
        if (got == 0)
            break;
        size += static_cast<std::size_t>(got);
    }
    if (size > secret_bytes_max)
        return errc::secret_unsafe;
    content.resize(size);
    return content;
}

}  // namespace

result<std::string> read_secret_file(const std::string& path)
{
    const io::unique_fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file || !is_private(file.get(), path))
        return errc::secret_unsafe;
    auto secret = read_all(file.get());
    if (!secret)
        return secret.error();
    if (secret->ends_with('\n'))
        secret->pop_back();
    if (secret->size() < secret_bytes_min)
        return errc::secret_unsafe;
    return secret;
}

}  // namespace smol::ops
